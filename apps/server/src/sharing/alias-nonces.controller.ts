import { Controller, Delete, Get, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '@abaco/access';
import type { AbacoConfig } from '@abaco/config';
import type { Envelope } from '@abaco/contract';
import { ActorQueries, Nonces } from '@abaco/runtime';
import type { AliasRecord } from '@abaco/store';
import { fingerprint } from '../audit/audit-record.js';
import { Answers } from '../http/answers.js';
import { CurrentCaller } from '../http/current-caller.js';
import { Needs } from '../http/needs.js';
import { type Sent, SentFields } from '../http/sent.js';
import { TargetAlias } from '../http/target.js';
import { ApiAliasNonces } from '../openapi/nonces.js';
import { NoncePresenter } from '../presenters/nonce.presenter.js';
import { ABACO_CONFIG } from '../tokens.js';
import { aliasNonceLevels, readNonce } from './nonce-reader.js';
import { VisibleNonces } from './visible-nonces.js';

/** Nonces of an alias (contract 2.9.1). */
@ApiAliasNonces.controller()
@Controller('actors/aliases/:alias/nonces')
export class AliasNoncesController {
  constructor(
    private readonly nonces: Nonces,
    private readonly queries: ActorQueries,
    private readonly visible: VisibleNonces,
    private readonly presenter: NoncePresenter,
    private readonly answers: Answers,
    @Inject(ABACO_CONFIG) private readonly config: AbacoConfig,
  ) {}

  @ApiAliasNonces.list()
  @Needs('read', 'alias-and-actor')
  @Get()
  async list(@CurrentCaller() caller: Caller, @TargetAlias() target: AliasRecord): Promise<Envelope> {
    const actor = await this.queries.actor(caller, target.actor_id);
    const nonces = await this.nonces.list(target);
    return this.answers.success(
      this.visible.of(caller, actor, nonces).map((nonce) => this.presenter.nonce(caller, actor.id, nonce)),
      'Alias nonces retrieved successfully.',
    );
  }

  @ApiAliasNonces.create()
  @Needs('update', 'alias-and-actor')
  @Post()
  @HttpCode(200)
  async create(
    @CurrentCaller() caller: Caller,
    @TargetAlias() target: AliasRecord,
    @SentFields() sent: Sent,
    @Req() request: FastifyRequest,
  ): Promise<Envelope> {
    const description = readNonce(sent, aliasNonceLevels, this.config.web.case);
    const nonce = await this.nonces.create(caller, target, description);
    request.created = { nonce: fingerprint(nonce._id) };
    return this.answers.success(
      this.presenter.nonce(caller, target.actor_id, nonce),
      'Alias nonce created successfully.',
    );
  }

  @ApiAliasNonces.get()
  @Needs('read', 'alias-and-actor')
  @Get(':nonce_id')
  async get(
    @CurrentCaller() caller: Caller,
    @TargetAlias() target: AliasRecord,
    @Param('nonce_id') nonce: string,
  ): Promise<Envelope> {
    const actor = await this.queries.actor(caller, target.actor_id);
    const record = await this.nonces.find(target, nonce);
    this.visible.require(caller, actor, record);
    return this.answers.success(this.presenter.nonce(caller, actor.id, record), 'Alias nonce retrieved successfully.');
  }

  @ApiAliasNonces.remove()
  @Needs('update', 'alias-and-actor')
  @Delete(':nonce_id')
  async remove(@TargetAlias() target: AliasRecord, @Param('nonce_id') nonce: string): Promise<Envelope> {
    await this.nonces.delete(target, nonce);
    return this.answers.success(null, 'Alias nonce deleted successfully.');
  }
}
