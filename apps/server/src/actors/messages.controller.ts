import { Controller, Delete, Get, HttpCode, Post, Query, Req, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '@abaco/access';
import type { ActorId, Envelope } from '@abaco/contract';
import { ActorCommands, ActorQueries } from '@abaco/runtime';
import { Answers } from '../http/answers.js';
import { CurrentCaller } from '../http/current-caller.js';
import { Needs } from '../http/needs.js';
import type { RequestBody } from '../http/request-body.js';
import type { QueryParameters } from '../http/query-parameters.js';
import { TargetActor } from '../http/target.js';
import { ApiMessages } from '../openapi/messages.js';
import { MessagePresenter } from '../presenters/message.presenter.js';
import { MessageReader } from './message-reader.js';
import { isSynchronous, SynchronousMessages } from './synchronous-messages.js';

/** The mailbox of an actor (contract 2.4). */
@ApiMessages.controller()
@Controller('actors/:actor_id/messages')
export class MessagesController {
  constructor(
    private readonly commands: ActorCommands,
    private readonly queries: ActorQueries,
    private readonly messages: MessageReader,
    private readonly synchronous: SynchronousMessages,
    private readonly presenter: MessagePresenter,
    private readonly answers: Answers,
  ) {}

  @ApiMessages.count()
  @Needs('read')
  @Get()
  async count(@CurrentCaller() caller: Caller, @TargetActor() id: ActorId): Promise<Envelope> {
    const { actor, messages } = await this.queries.countMessages(caller, id);
    return this.answers.success(this.presenter.waiting(caller, actor, messages));
  }

  @ApiMessages.send()
  @Needs('execute')
  @Post()
  @HttpCode(200)
  @RouteConfig({ streamBody: true })
  async send(
    @CurrentCaller() caller: Caller,
    @TargetActor() id: ActorId,
    @Query() query: QueryParameters,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Envelope | Buffer | string> {
    const read = this.messages.read({
      body: request.body as RequestBody,
      query,
      headers: request.headers,
    });
    if (isSynchronous(query)) return this.synchronous.send(caller, id, read, request, reply);
    const { execution, owner } = await this.commands.send(caller, id, read.message);
    request.newExecution = execution;
    return this.answers.success(this.presenter.accepted(caller, id, owner, execution, read.echo));
  }

  @ApiMessages.purge()
  @Needs('update')
  @Delete()
  async purge(@CurrentCaller() caller: Caller, @TargetActor() id: ActorId): Promise<Envelope> {
    const { owner } = await this.commands.purge(caller, id);
    return this.answers.success(this.presenter.purged(caller, id, owner));
  }
}
