import { Controller, Delete, Get, HttpCode, Inject, Post, Put, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Authorization, type Caller } from '@abaco/access';
import type { AbacoConfig } from '@abaco/config';
import { type ActorId, type Envelope, isHashId, wireName } from '@abaco/contract';
import { ActorNotFound, ActorQueries, Aliases } from '@abaco/runtime';
import type { ActorRecord, AliasRecord } from '@abaco/store';
import { Answers } from '../http/answers.js';
import { CurrentCaller } from '../http/current-caller.js';
import { toText } from '../http/field-conversions.js';
import { Needs } from '../http/needs.js';
import { RequestFields } from '../http/request-fields.js';
import { type Sent, SentFields } from '../http/sent.js';
import { TargetAlias } from '../http/target.js';
import { ApiAliases } from '../openapi/aliases.js';
import { AliasPresenter } from '../presenters/alias.presenter.js';
import { ABACO_CONFIG } from '../tokens.js';
import { checkAliasName } from './alias-name.js';
import { AliasIsFixed, InvalidAlias, NoAccessToAliasedActor } from './errors.js';

/** Names of actors (contract 2.9). */
@ApiAliases.controller()
@Controller('actors/aliases')
export class AliasesController {
  constructor(
    private readonly aliases: Aliases,
    private readonly queries: ActorQueries,
    private readonly authorization: Authorization,
    private readonly presenter: AliasPresenter,
    private readonly answers: Answers,
    @Inject(ABACO_CONFIG) private readonly config: AbacoConfig,
  ) {}

  @ApiAliases.list()
  @Needs('user')
  @Get()
  async list(@CurrentCaller() caller: Caller): Promise<Envelope> {
    const aliases = await this.aliases.list(caller);
    return this.answers.success(
      aliases.map((alias) => this.presenter.alias(caller, alias)),
      'Aliases retrieved successfully.',
    );
  }

  @ApiAliases.create()
  @Needs('user')
  @Post()
  @HttpCode(200)
  async create(
    @CurrentCaller() caller: Caller,
    @SentFields() sent: Sent,
    @Req() request: FastifyRequest,
  ): Promise<Envelope> {
    const fields = fieldsOf(sent);
    const alias = this.required(fields, 'alias');
    const identifier = this.required(fields, 'actor_id');
    checkAliasName(alias);
    const actor = await this.actor(caller, identifier);
    if (!this.authorization.may(caller, 'update', actor)) throw NoAccessToAliasedActor.onCreate(identifier);
    const record = await this.aliases.create(caller, alias, actor.id);
    request.created = { alias, actor: actor.id };
    return this.answers.success(this.presenter.alias(caller, record), 'Actor alias created successfully.');
  }

  @ApiAliases.get()
  @Needs('read', 'alias')
  @Get(':alias')
  get(@CurrentCaller() caller: Caller, @TargetAlias() alias: AliasRecord): Envelope {
    return this.answers.success(this.presenter.alias(caller, alias), 'Alias retrieved successfully.');
  }

  @ApiAliases.repoint()
  @Needs('update', 'alias')
  @Put(':alias')
  async repoint(
    @CurrentCaller() caller: Caller,
    @TargetAlias() { alias }: AliasRecord,
    @SentFields() sent: Sent,
  ): Promise<Envelope> {
    const fields = fieldsOf(sent);
    if (fields.first('alias') !== undefined) throw new AliasIsFixed();
    const actor = await this.actor(caller, this.required(fields, 'actor_id'));
    if (!this.authorization.may(caller, 'update', actor)) throw NoAccessToAliasedActor.onUpdate();
    const record = await this.aliases.repoint(caller, alias, actor.id);
    return this.answers.success(this.presenter.alias(caller, record), 'Actor alias updated successfully.');
  }

  @ApiAliases.remove()
  @Needs('update', 'alias')
  @Delete(':alias')
  async remove(@TargetAlias() { tenant, alias }: AliasRecord): Promise<Envelope> {
    await this.aliases.delete(tenant, alias);
    return this.answers.success(null, `Alias ${alias} deleted successfully.`);
  }

  private required(fields: RequestFields, field: 'alias' | 'actor_id'): string {
    const value = fields.first(wireName(field, this.config.web.case)) ?? null;
    if (value === null || value === '') throw InvalidAlias.missing(field, this.config.web.case);
    return toText(value);
  }

  /** An alias stands for an actor, not for another alias. */
  private async actor(caller: Caller, identifier: string): Promise<ActorRecord> {
    if (!isHashId(identifier)) throw new ActorNotFound(identifier);
    return this.queries.actor(caller, identifier as ActorId);
  }
}

const fieldsOf = (sent: Sent): RequestFields =>
  RequestFields.read(sent, ({ message }) => InvalidAlias.because(`The body is no JSON. ${message}`));
