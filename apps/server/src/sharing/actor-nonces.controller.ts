import { Controller, Delete, Get, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '@abaco/access';
import type { AbacoConfig } from '@abaco/config';
import type { ActorId, Envelope } from '@abaco/contract';
import { ActorQueries, Nonces } from '@abaco/runtime';
import { fingerprint } from '../audit/audit-record.js';
import { Answers } from '../http/answers.js';
import { CurrentCaller } from '../http/current-caller.js';
import { Needs } from '../http/needs.js';
import { type Sent, SentFields } from '../http/sent.js';
import { TargetActor } from '../http/target.js';
import { ApiNonces } from '../openapi/nonces.js';
import { NoncePresenter } from '../presenters/nonce.presenter.js';
import { ABACO_CONFIG } from '../tokens.js';
import { actorNonceLevels, readNonce } from './nonce-reader.js';
import { VisibleNonces } from './visible-nonces.js';

/** Nonces of an actor (contract 2.6). */
@ApiNonces.controller()
@Controller('actors/:actor_id/nonces')
export class ActorNoncesController {
  constructor(
    private readonly nonces: Nonces,
    private readonly queries: ActorQueries,
    private readonly visible: VisibleNonces,
    private readonly presenter: NoncePresenter,
    private readonly answers: Answers,
    @Inject(ABACO_CONFIG) private readonly config: AbacoConfig,
  ) {}

  @ApiNonces.list()
  @Needs('read')
  @Get()
  async list(@CurrentCaller() caller: Caller, @TargetActor() id: ActorId): Promise<Envelope> {
    const actor = await this.queries.actor(caller, id);
    const nonces = await this.nonces.list({ tenant: caller.tenant, actor: id });
    return this.answers.success(
      this.visible.of(caller, actor, nonces).map((nonce) => this.presenter.nonce(caller, id, nonce)),
      'Actor nonces retrieved successfully.',
    );
  }

  @ApiNonces.create()
  @Needs('update')
  @Post()
  @HttpCode(200)
  async create(
    @CurrentCaller() caller: Caller,
    @TargetActor() id: ActorId,
    @SentFields() sent: Sent,
    @Req() request: FastifyRequest,
  ): Promise<Envelope> {
    await this.queries.actor(caller, id); // 404 before anything is said about the fields
    const description = readNonce(sent, actorNonceLevels, this.config.web.case);
    const nonce = await this.nonces.create(caller, { tenant: caller.tenant, actor: id }, description);
    request.created = { nonce: fingerprint(nonce._id) };
    return this.answers.success(this.presenter.nonce(caller, id, nonce), 'Actor nonce created successfully.');
  }

  @ApiNonces.get()
  @Needs('read')
  @Get(':nonce_id')
  async get(
    @CurrentCaller() caller: Caller,
    @TargetActor() id: ActorId,
    @Param('nonce_id') nonce: string,
  ): Promise<Envelope> {
    const actor = await this.queries.actor(caller, id);
    const record = await this.nonces.find({ tenant: caller.tenant, actor: id }, nonce);
    this.visible.require(caller, actor, record);
    return this.answers.success(this.presenter.nonce(caller, id, record), 'Actor nonce retrieved successfully.');
  }

  @ApiNonces.remove()
  @Needs('update')
  @Delete(':nonce_id')
  async remove(
    @CurrentCaller() caller: Caller,
    @TargetActor() id: ActorId,
    @Param('nonce_id') nonce: string,
  ): Promise<Envelope> {
    await this.queries.actor(caller, id);
    await this.nonces.delete({ tenant: caller.tenant, actor: id }, nonce);
    return this.answers.success(null, 'Actor nonce deleted successfully.');
  }
}
