import { Controller, Delete, Get, Param, Query } from '@nestjs/common';
import type { Caller } from '@abaco/access';
import type { ActorId, Envelope, ExecutionId } from '@abaco/contract';
import { ActorCommands, ActorQueries } from '@abaco/runtime';
import { Answers } from '../http/answers.js';
import { CurrentCaller } from '../http/current-caller.js';
import { Needs } from '../http/needs.js';
import { ActorIdPipe } from '../http/path-identifiers.js';
import { refuseSearch } from '../http/refuse-search.js';
import type { QueryParameters } from '../http/request-fields.js';
import { ApiExecutions } from '../openapi/executions.js';
import { ExecutionPresenter } from '../presenters/execution.presenter.js';

/** Executions of an actor, their logs and results (contract 2.5). */
@ApiExecutions.controller()
@Controller('actors/:actor_id/executions')
export class ExecutionsController {
  constructor(
    private readonly commands: ActorCommands,
    private readonly queries: ActorQueries,
    private readonly presenter: ExecutionPresenter,
    private readonly answers: Answers,
  ) {}

  @ApiExecutions.list()
  @Needs('read')
  @Get()
  async list(
    @CurrentCaller() caller: Caller,
    @Param('actor_id', ActorIdPipe) id: ActorId,
    @Query() query: QueryParameters,
  ): Promise<Envelope> {
    refuseSearch(query);
    const { actor, totals, executions } = await this.queries.executions(caller, id);
    return this.answers.success(
      this.presenter.summary(caller, actor, totals, executions),
      'Actor executions retrieved successfully.',
    );
  }

  @ApiExecutions.get()
  @Needs('read')
  @Get(':execution_id')
  async get(
    @CurrentCaller() caller: Caller,
    @Param('actor_id', ActorIdPipe) id: ActorId,
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
    @Param('actor_id', ActorIdPipe) id: ActorId,
    @Param('execution_id') execution: ExecutionId,
  ): Promise<Envelope> {
    await this.commands.halt(caller, id, execution);
    return this.answers.success(null, `Issued force quit command for execution ${execution}.`);
  }

  @ApiExecutions.logs()
  @Needs('read')
  @Get(':execution_id/logs')
  async logs(
    @CurrentCaller() caller: Caller,
    @Param('actor_id', ActorIdPipe) id: ActorId,
    @Param('execution_id') execution: ExecutionId,
    @Query() query: QueryParameters,
  ): Promise<Envelope> {
    refuseSearch(query);
    const { actor, logs } = await this.queries.logs(caller, id, execution);
    return this.answers.success(this.presenter.logs(caller, actor, execution, logs), 'Logs retrieved successfully.');
  }

  /** The only answer without an envelope. */
  @ApiExecutions.nextResult()
  @Needs('read')
  @Get(':execution_id/results')
  async nextResult(
    @CurrentCaller() caller: Caller,
    @Param('actor_id', ActorIdPipe) id: ActorId,
    @Param('execution_id') execution: ExecutionId,
  ): Promise<Buffer> {
    return this.queries.nextResult(caller, id, execution); // Fastify answers bytes as application/octet-stream
  }
}
