import { Controller, Get, HttpCode, Inject, Post, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '@abaco/access';
import type { AbacoConfig } from '@abaco/config';
import type { Envelope } from '@abaco/contract';
import { Configs } from '@abaco/runtime';
import { Answers } from '../http/answers.js';
import { CurrentCaller } from '../http/current-caller.js';
import { Needs } from '../http/needs.js';
import type { RequestBody } from '../http/request-body.js';
import type { QueryParameters } from '../http/request-fields.js';
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
    @Query() query: QueryParameters,
    @Req() request: FastifyRequest,
  ): Promise<Envelope> {
    await this.configs.permissions(tenant, name); // 404 before anything is said about the fields
    const entry = readPermission(request.body as RequestBody, query, this.config.web.case);
    const entries = await this.configs.grant(tenant, name, entry);
    return this.answers.success(presentPermissions(entries), 'Permission added successfully.');
  }
}
