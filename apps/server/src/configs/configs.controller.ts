import { Controller, Delete, Get, HttpCode, Inject, Post, Put, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '@abaco/access';
import type { AbacoConfig } from '@abaco/config';
import type { Envelope } from '@abaco/contract';
import { Configs } from '@abaco/runtime';
import { Answers } from '../http/answers.js';
import { CurrentCaller } from '../http/current-caller.js';
import { Needs } from '../http/needs.js';
import { type Sent, SentFields } from '../http/sent.js';
import { TargetConfig } from '../http/target.js';
import { ApiConfigs } from '../openapi/configs.js';
import { ConfigPresenter } from '../presenters/config.presenter.js';
import { ABACO_CONFIG } from '../tokens.js';
import { readConfig, readConfigUpdate } from './config-reader.js';

/** Named values for containers (contract 2.10). */
@ApiConfigs.controller()
@Controller('actors/configs')
export class ConfigsController {
  constructor(
    private readonly configs: Configs,
    private readonly presenter: ConfigPresenter,
    private readonly answers: Answers,
    @Inject(ABACO_CONFIG) private readonly config: AbacoConfig,
  ) {}

  @ApiConfigs.list()
  @Needs('user')
  @Get()
  async list(@CurrentCaller() caller: Caller): Promise<Envelope> {
    const configs = await this.configs.list(caller);
    return this.answers.success(
      configs.map((config) => this.presenter.config(config)),
      'Actor Configs retrieved successfully.',
    );
  }

  @ApiConfigs.create()
  @Needs('user')
  @Post()
  @HttpCode(200)
  async create(
    @CurrentCaller() caller: Caller,
    @SentFields() sent: Sent,
    @Req() request: FastifyRequest,
  ): Promise<Envelope> {
    const { name, ...description } = readConfig(sent, this.config.web.case);
    const config = await this.configs.create(caller, name, description);
    request.created = { config: name };
    return this.answers.success(this.presenter.config(config), 'Actor config created successfully.');
  }

  @ApiConfigs.get()
  @Needs('read', 'config')
  @Get(':config')
  async get(@CurrentCaller() { tenant }: Caller, @TargetConfig() name: string): Promise<Envelope> {
    const config = await this.configs.find(tenant, name);
    return this.answers.success(this.presenter.config(config), 'Config retrieved successfully.');
  }

  @ApiConfigs.replace()
  @Needs('update', 'config')
  @Put(':config')
  async replace(
    @CurrentCaller() caller: Caller,
    @TargetConfig() name: string,
    @SentFields() sent: Sent,
  ): Promise<Envelope> {
    await this.configs.find(caller.tenant, name); // 404 before anything is said about the fields
    const description = readConfigUpdate(name, sent, this.config.web.case);
    const config = await this.configs.replace(caller, name, description);
    return this.answers.success(this.presenter.config(config), 'Actor config updated successfully.');
  }

  @ApiConfigs.remove()
  @Needs('update', 'config')
  @Delete(':config')
  async remove(@CurrentCaller() { tenant }: Caller, @TargetConfig() name: string): Promise<Envelope> {
    await this.configs.delete(tenant, name);
    return this.answers.success(null, `Actor config ${name} deleted successfully.`);
  }
}
