import { Controller, Delete, Get, HttpCode, Post, Put, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '@abaco/access';
import type { ActorId, Envelope } from '@abaco/contract';
import { ActorCommands, ActorNotFound, ActorQueries } from '@abaco/runtime';
import type { ActorRecord, Position } from '@abaco/store';
import { Answers } from '../http/answers.js';
import { CurrentCaller } from '../http/current-caller.js';
import { entityTag, tagged, versionsOf } from '../http/entity-tag.js';
import { Needs } from '../http/needs.js';
import { ListParameters, type ListQuery } from '../http/paging.js';
import { RequestFields } from '../http/request-fields.js';
import { type Sent, SentFields } from '../http/sent.js';
import { TargetActor } from '../http/target.js';
import { isSearch } from '../search/is-search.js';
import { SearchAnswers } from '../search/search-answers.js';
import { ApiActors } from '../openapi/actors.js';
import { ActorPresenter } from '../presenters/actor.presenter.js';
import { ActorDescriptionReader } from './actor-description-reader.js';
import { InvalidActorDescription, NoActorWithIdentifier } from './errors.js';
import { LinkCheck } from './link-check.js';
import { RestrictedFields } from './restricted-fields.js';

/** Registration, listing and removal of actors (contract 2.1, 2.2). */
@ApiActors.controller()
@Controller('actors')
export class ActorsController {
  constructor(
    private readonly commands: ActorCommands,
    private readonly queries: ActorQueries,
    private readonly descriptions: ActorDescriptionReader,
    private readonly restricted: RestrictedFields,
    private readonly links: LinkCheck,
    private readonly presenter: ActorPresenter,
    private readonly search: SearchAnswers,
    private readonly answers: Answers,
  ) {}

  @ApiActors.list()
  @Needs('user')
  @Get()
  async list(@CurrentCaller() caller: Caller, @ListParameters() { page, rest }: ListQuery): Promise<Envelope> {
    if (isSearch(rest)) return this.search.answer(caller, 'actors', rest, 'Actors search completed successfully.');
    const found = await this.queries.listActors(caller, page?.limits);
    const actors = page?.of(found, positionOf) ?? found;
    return this.answers.success(
      actors.map((actor) => this.presenter.actor(caller, actor)),
      'Actors retrieved successfully.',
    );
  }

  @ApiActors.register()
  @Needs('user')
  @Post()
  @HttpCode(200)
  async register(
    @CurrentCaller() caller: Caller,
    @SentFields() sent: Sent,
    @Req() request: FastifyRequest,
  ): Promise<Envelope> {
    const fields = fieldsOf(sent);
    this.restricted.check(caller, fields);
    const description = this.descriptions.read(caller.tenant, fields);
    await this.links.check(caller, description.link);
    const actor = await this.commands.register(caller, description);
    request.created = { actor: actor.id };
    return this.answers.success(this.presenter.actor(caller, actor), 'Actor created successfully.');
  }

  @ApiActors.get()
  @Needs('read')
  @Get(':actor_id')
  async get(
    @CurrentCaller() caller: Caller,
    @TargetActor() id: ActorId,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Envelope | undefined> {
    const actor = await this.queries.actor(caller, id).catch((error: unknown) => {
      throw error instanceof ActorNotFound ? new NoActorWithIdentifier(id) : error;
    });
    const shown = this.presenter.actor(caller, actor);
    if (tagged(request, reply, entityTag(actor.version, shown))) return undefined;
    return this.answers.success(shown, 'Actor retrieved successfully.');
  }

  @ApiActors.update()
  @Needs('update')
  @Put(':actor_id')
  async update(
    @CurrentCaller() caller: Caller,
    @TargetActor() id: ActorId,
    @SentFields() sent: Sent,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Envelope> {
    await this.queries.actor(caller, id); // 404 before anything is said about the description
    const fields = fieldsOf(sent);
    this.restricted.check(caller, fields);
    const update = this.descriptions.readUpdate(caller.tenant, fields);
    await this.links.check(caller, update.link, id);
    const actor = await this.commands.update(caller, id, update, versionsOf(request));
    const shown = this.presenter.actor(caller, actor);
    tagged(request, reply, entityTag(actor.version, shown));
    return this.answers.success(shown, 'Actor updated successfully.');
  }

  @ApiActors.remove()
  @Needs('update')
  @Delete(':actor_id')
  async remove(
    @CurrentCaller() caller: Caller,
    @TargetActor() id: ActorId,
    @Req() request: FastifyRequest,
  ): Promise<Envelope> {
    const { complete } = await this.commands.delete(caller, id, versionsOf(request)).catch((error: unknown) => {
      if (error instanceof ActorNotFound) return { complete: true }; // gone is what the caller wants (contract 2.2.3)
      throw error;
    });
    const rest = complete ? '.' : ", though Abaco is still cleaning up some of the actor's resources.";
    return this.answers.success(null, `Actor deleted successfully${rest}`);
  }
}

const fieldsOf = (sent: Sent): RequestFields =>
  RequestFields.read(sent, ({ message }) => InvalidActorDescription.rejected(message));

const positionOf = ({ _id, create_time }: ActorRecord): Position => ({ time: create_time, id: _id });
