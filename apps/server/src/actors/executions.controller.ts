import {
  Controller,
  Delete,
  Get,
  HttpCode,
  Inject,
  Param,
  Post,
  Query,
  Req,
  Res,
  type StreamableFile,
} from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '@abaco/access';
import type { AbacoConfig } from '@abaco/config';
import { type ActorId, type Envelope, executionDbid, type ExecutionId } from '@abaco/contract';
import { ActorCommands, ActorQueries } from '@abaco/runtime';
import type { ExecutionSummary, Position } from '@abaco/store';
import { Answers } from '../http/answers.js';
import { CurrentCaller } from '../http/current-caller.js';
import { Needs } from '../http/needs.js';
import { ListParameters, type ListQuery } from '../http/paging.js';
import type { QueryParameters } from '../http/query-parameters.js';
import { type Sent, SentFields } from '../http/sent.js';
import { TargetActor } from '../http/target.js';
import { isSearch } from '../search/is-search.js';
import { SearchAnswers } from '../search/search-answers.js';
import { ApiExecutions } from '../openapi/executions.js';
import { ActorPresenter } from '../presenters/actor.presenter.js';
import { ExecutionPresenter } from '../presenters/execution.presenter.js';
import { ABACO_CONFIG } from '../tokens.js';
import { readFollow } from './follow.js';
import { LiveExecutions } from './live-executions.js';
import { readStatistics } from './execution-statistics-reader.js';

/** Executions of an actor, their logs and results (contract 2.5). */
@ApiExecutions.controller()
@Controller('actors/:actor_id/executions')
export class ExecutionsController {
  constructor(
    private readonly commands: ActorCommands,
    private readonly queries: ActorQueries,
    private readonly live: LiveExecutions,
    private readonly presenter: ExecutionPresenter,
    private readonly actors: ActorPresenter,
    private readonly search: SearchAnswers,
    private readonly answers: Answers,
    @Inject(ABACO_CONFIG) private readonly config: AbacoConfig,
  ) {}

  @ApiExecutions.list()
  @Needs('read')
  @Get()
  async list(
    @CurrentCaller() caller: Caller,
    @TargetActor() id: ActorId,
    @ListParameters() { page, rest }: ListQuery,
  ): Promise<Envelope> {
    if (isSearch(rest)) {
      return this.search.answer(caller, 'executions', rest, 'Executions search completed successfully.', {
        actor: id,
      });
    }
    const { actor, totals, executions: found } = await this.queries.executions(caller, id, page?.limits);
    const positionOf = ({ id: execution, message_received_time }: ExecutionSummary): Position => ({
      time: message_received_time,
      id: executionDbid(actor._id, execution),
    });
    const executions = page?.of(found, positionOf) ?? found;
    return this.answers.success(
      this.presenter.summary(caller, actor, totals, executions),
      'Actor executions retrieved successfully.',
    );
  }

  @ApiExecutions.record()
  @Needs('update')
  @Post()
  @HttpCode(200)
  async record(
    @CurrentCaller() caller: Caller,
    @TargetActor() id: ActorId,
    @SentFields() sent: Sent,
  ): Promise<Envelope> {
    await this.queries.actor(caller, id); // 404 before anything is said about the fields
    const statistics = readStatistics(sent, this.config.web.case);
    const actor = await this.commands.recordExecution(caller, id, statistics);
    return this.answers.success(this.actors.actor(caller, actor), 'Actor execution added successfully.');
  }

  @ApiExecutions.get()
  @Needs('read')
  @Get(':execution_id')
  async get(
    @CurrentCaller() caller: Caller,
    @TargetActor() id: ActorId,
    @Param('execution_id') execution: ExecutionId,
  ): Promise<Envelope> {
    const record = await this.queries.execution(caller, id, execution);
    return this.answers.success(
      this.presenter.execution(caller, id, record),
      'Actor execution retrieved successfully.',
    );
  }

  @ApiExecutions.halt()
  @Needs('update')
  @Delete(':execution_id')
  async halt(
    @CurrentCaller() caller: Caller,
    @TargetActor() id: ActorId,
    @Param('execution_id') execution: ExecutionId,
  ): Promise<Envelope> {
    await this.commands.halt(caller, id, execution);
    return this.answers.success(null, `Issued force quit command for execution ${execution}.`);
  }

  @ApiExecutions.logs()
  @Needs('read')
  @Get(':execution_id/logs')
  @RouteConfig({ noHead: true })
  async logs(
    @CurrentCaller() caller: Caller,
    @TargetActor() id: ActorId,
    @Param('execution_id') execution: ExecutionId,
    @Query() query: QueryParameters,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Envelope | StreamableFile | undefined> {
    const { follow, rest } = readFollow(query);
    if (follow) return this.live.logs(caller, id, execution, request, reply);
    if (isSearch(rest)) {
      return this.search.answer(caller, 'logs', rest, 'Log search completed successfully.', { actor: id, execution });
    }
    const { actor, logs } = await this.queries.logs(caller, id, execution);
    return this.answers.success(
      this.presenter.logs(caller, actor.id, actor.owner, execution, logs),
      'Logs retrieved successfully.',
    );
  }

  @ApiExecutions.events()
  @Needs('read')
  @Get(':execution_id/events')
  @RouteConfig({ noHead: true })
  async events(
    @CurrentCaller() caller: Caller,
    @TargetActor() id: ActorId,
    @Param('execution_id') execution: ExecutionId,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile | undefined> {
    return this.live.statuses(caller, id, execution, request, reply);
  }

  /** Bytes without an envelope. */
  @ApiExecutions.nextResult()
  @Needs('read')
  @Get(':execution_id/results')
  @RouteConfig({ noHead: true })
  async nextResult(
    @CurrentCaller() caller: Caller,
    @TargetActor() id: ActorId,
    @Param('execution_id') execution: ExecutionId,
  ): Promise<Buffer> {
    return this.queries.nextResult(caller, id, execution); // Fastify answers bytes as application/octet-stream
  }
}
