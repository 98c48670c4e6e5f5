import { Controller, Get, HttpCode, Inject, Post } from '@nestjs/common';
import type { Caller } from '@abaco/access';
import type { AbacoConfig } from '@abaco/config';
import type { Envelope } from '@abaco/contract';
import { Configs } from '@abaco/runtime';
import { Answers } from '../http/answers.js';
import { CurrentCaller } from '../http/current-caller.js';
import { Needs } from '../http/needs.js';
import { type Sent, SentFields } from '../http/sent.js';
import { TargetConfig } from '../http/target.js';
import { ApiPermissions } from '../openapi/permissions.js';
import { presentPermissions } from '../presenters/permissions.presenter.js';
import { readPermission } from '../sharing/permission-reader.js';
import { ABACO_CONFIG } from '../tokens.js';

/** Who may do what to a config (contract 2.7). */
@ApiPermissions.controller('config')
@Controller('actors/configs/:config/permissions')
export class ConfigPermissionsController {
  constructor(
    private readonly configs: Configs,
    private readonly answers: Answers,
    @Inject(ABACO_CONFIG) private readonly config: AbacoConfig,
  ) {}

  @ApiPermissions.list('config')
  @Needs('read', 'config')
  @Get()
  async list(@CurrentCaller() { tenant }: Caller, @TargetConfig() name: string): Promise<Envelope> {
    const entries = await this.configs.permissions(tenant, name);
    return this.answers.success(presentPermissions(entries), 'Permissions retrieved successfully.');
  }

  @ApiPermissions.grant('config')
  @Needs('update', 'config')
  @Post()
  @HttpCode(200)
  async grant(
    @CurrentCaller() { tenant }: Caller,
    @TargetConfig() name: string,
    @SentFields() sent: Sent,
  ): Promise<Envelope> {
    await this.configs.permissions(tenant, name); // 404 before anything is said about the fields
    const entry = readPermission(sent, this.config.web.case);
    const entries = await this.configs.grant(tenant, name, entry);
    return this.answers.success(presentPermissions(entries), 'Permission added successfully.');
  }
}
