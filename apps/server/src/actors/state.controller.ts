import { Controller, Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '@abaco/access';
import { type ActorId, type Envelope, JsonSyntaxError, type LosslessJson, parseLosslessJson } from '@abaco/contract';
import { ActorCommands, ActorQueries } from '@abaco/runtime';
import { Answers } from '../http/answers.js';
import { CurrentCaller } from '../http/current-caller.js';
import { entityTag, tagged, versionsOf } from '../http/entity-tag.js';
import { NulCharacter } from '../http/errors.js';
import { containsNul, depthOf, isTruthy, MAX_STORED_DEPTH, toPlain } from '../http/field-conversions.js';
import { Needs } from '../http/needs.js';
import type { RequestBody } from '../http/request-body.js';
import { TargetActor } from '../http/target.js';
import { ApiState } from '../openapi/state.js';
import { ActorPresenter } from '../presenters/actor.presenter.js';
import { InvalidState } from './errors.js';

/** State of stateful actors (contract 2.3). */
@ApiState.controller()
@Controller('actors/:actor_id/state')
export class StateController {
  constructor(
    private readonly commands: ActorCommands,
    private readonly queries: ActorQueries,
    private readonly presenter: ActorPresenter,
    private readonly answers: Answers,
  ) {}

  @ApiState.get()
  @Needs('read')
  @Get()
  async get(
    @CurrentCaller() caller: Caller,
    @TargetActor() id: ActorId,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Envelope | undefined> {
    const actor = await this.queries.actor(caller, id);
    const shown = this.presenter.state(actor);
    if (tagged(request, reply, entityTag(actor.version, shown))) return undefined;
    return this.answers.success(shown, 'Actor state retrieved successfully.');
  }

  @ApiState.replace()
  @Needs('update')
  @Post()
  @HttpCode(200)
  async replace(
    @CurrentCaller() caller: Caller,
    @TargetActor() id: ActorId,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Envelope> {
    const versions = versionsOf(request);
    const actor = await this.commands.replaceState(caller, id, stateOf(request.body as RequestBody), versions);
    tagged(request, reply, entityTag(actor.version, this.presenter.state(actor)));
    return this.answers.success(this.presenter.actor(caller, actor), 'State updated successfully.');
  }
}

/** @throws InvalidState, NulCharacter */
function stateOf(body: RequestBody): unknown {
  if (body.kind !== 'json') throw new InvalidState();
  const value = parsed(body.text);
  if (!isTruthy(value)) throw new InvalidState();
  if (depthOf(value) > MAX_STORED_DEPTH) throw InvalidState.tooDeep();
  if (containsNul(value)) throw new NulCharacter('state');
  return toPlain(value);
}

function parsed(text: string): LosslessJson {
  try {
    return parseLosslessJson(text);
  } catch (error) {
    if (error instanceof JsonSyntaxError) throw new InvalidState();
    throw error;
  }
}
