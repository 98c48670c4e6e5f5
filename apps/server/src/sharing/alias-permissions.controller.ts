import { Controller, Get, HttpCode, Inject, Post } from '@nestjs/common';
import type { AbacoConfig } from '@abaco/config';
import type { Envelope } from '@abaco/contract';
import { Aliases } from '@abaco/runtime';
import type { AliasRecord } from '@abaco/store';
import { Answers } from '../http/answers.js';
import { Needs } from '../http/needs.js';
import { type Sent, SentFields } from '../http/sent.js';
import { TargetAlias } from '../http/target.js';
import { ApiPermissions } from '../openapi/permissions.js';
import { presentPermissions } from '../presenters/permissions.presenter.js';
import { ABACO_CONFIG } from '../tokens.js';
import { readPermission } from './permission-reader.js';

/** Who may do what to an alias (contract 2.7). It gives no access to the actor. */
@ApiPermissions.controller('alias')
@Controller('actors/aliases/:alias/permissions')
export class AliasPermissionsController {
  constructor(
    private readonly aliases: Aliases,
    private readonly answers: Answers,
    @Inject(ABACO_CONFIG) private readonly config: AbacoConfig,
  ) {}

  @ApiPermissions.list('alias')
  @Needs('read', 'alias')
  @Get()
  list(@TargetAlias() { permissions }: AliasRecord): Envelope {
    return this.answers.success(presentPermissions(permissions), 'Permissions retrieved successfully.');
  }

  @ApiPermissions.grant('alias')
  @Needs('update', 'alias')
  @Post()
  @HttpCode(200)
  async grant(@TargetAlias() { tenant, alias }: AliasRecord, @SentFields() sent: Sent): Promise<Envelope> {
    const entry = readPermission(sent, this.config.web.case);
    const entries = await this.aliases.grant(tenant, alias, entry);
    return this.answers.success(presentPermissions(entries), 'Permission added successfully.');
  }
}
