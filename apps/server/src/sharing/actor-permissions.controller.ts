import { Controller, Get, HttpCode, Inject, Post } from '@nestjs/common';
import type { Caller } from '@abaco/access';
import type { AbacoConfig } from '@abaco/config';
import type { ActorId, Envelope } from '@abaco/contract';
import { ActorPermissions } from '@abaco/runtime';
import { Answers } from '../http/answers.js';
import { CurrentCaller } from '../http/current-caller.js';
import { Needs } from '../http/needs.js';
import { type Sent, SentFields } from '../http/sent.js';
import { TargetActor } from '../http/target.js';
import { ApiPermissions } from '../openapi/permissions.js';
import { presentPermissions } from '../presenters/permissions.presenter.js';
import { ABACO_CONFIG } from '../tokens.js';
import { readPermission } from './permission-reader.js';

/** Who may do what to an actor (contract 2.7). */
@ApiPermissions.controller('actor')
@Controller('actors/:actor_id/permissions')
export class ActorPermissionsController {
  constructor(
    private readonly permissions: ActorPermissions,
    private readonly answers: Answers,
    @Inject(ABACO_CONFIG) private readonly config: AbacoConfig,
  ) {}

  @ApiPermissions.list('actor')
  @Needs('read')
  @Get()
  async list(@CurrentCaller() { tenant }: Caller, @TargetActor() id: ActorId): Promise<Envelope> {
    const entries = await this.permissions.list(tenant, id);
    return this.answers.success(presentPermissions(entries), 'Permissions retrieved successfully.');
  }

  @ApiPermissions.grant('actor')
  @Needs('update')
  @Post()
  @HttpCode(200)
  async grant(
    @CurrentCaller() { tenant }: Caller,
    @TargetActor() id: ActorId,
    @SentFields() sent: Sent,
  ): Promise<Envelope> {
    await this.permissions.list(tenant, id); // 404 before anything is said about the fields
    const entry = readPermission(sent, this.config.web.case);
    const entries = await this.permissions.grant(tenant, id, entry);
    return this.answers.success(presentPermissions(entries), 'Permission added successfully.');
  }
}
