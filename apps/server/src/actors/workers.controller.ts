import { Controller, Delete, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import type { Caller } from '@abaco/access';
import type { AbacoConfig } from '@abaco/config';
import type { ActorId, Envelope, WorkerId } from '@abaco/contract';
import { ActorCommands, ActorQueries } from '@abaco/runtime';
import { Answers } from '../http/answers.js';
import { CurrentCaller } from '../http/current-caller.js';
import { Needs } from '../http/needs.js';
import type { QueryParameters } from '../http/query-parameters.js';
import { type Sent, SentFields } from '../http/sent.js';
import { TargetActor } from '../http/target.js';
import { isSearch } from '../search/is-search.js';
import { SearchAnswers } from '../search/search-answers.js';
import { ApiWorkers } from '../openapi/workers.js';
import { WorkerPresenter } from '../presenters/worker.presenter.js';
import { ABACO_CONFIG } from '../tokens.js';
import { readWorkerCount } from './worker-count.js';

/** Workers of an actor (contract 2.8). */
@ApiWorkers.controller()
@Controller('actors/:actor_id/workers')
export class WorkersController {
  constructor(
    private readonly commands: ActorCommands,
    private readonly queries: ActorQueries,
    private readonly presenter: WorkerPresenter,
    private readonly search: SearchAnswers,
    private readonly answers: Answers,
    @Inject(ABACO_CONFIG) private readonly config: AbacoConfig,
  ) {}

  @ApiWorkers.list()
  @Needs('read')
  @Get()
  async list(
    @CurrentCaller() caller: Caller,
    @TargetActor() id: ActorId,
    @Query() query: QueryParameters,
  ): Promise<Envelope> {
    if (isSearch(query))
      return this.search.answer(caller, 'workers', query, 'Workers search completed successfully.', { actor: id });
    const workers = await this.queries.workers(caller, id);
    return this.answers.success(
      workers.map((worker) => this.presenter.worker(worker)),
      'Workers retrieved successfully.',
    );
  }

  @ApiWorkers.ensure()
  @Needs('manage-workers')
  @Post()
  @HttpCode(200)
  async ensure(
    @CurrentCaller() caller: Caller,
    @TargetActor() id: ActorId,
    @SentFields() sent: Sent,
  ): Promise<Envelope> {
    await this.queries.actor(caller, id); // 404 before anything is said about the fields
    const count = readWorkerCount(sent, this.config.web.case);
    const { previous, added } = await this.commands.ensureWorkers(caller, id, count);
    return this.answers.success(
      null,
      added > 0
        ? `Scheduled ${added} new worker(s) to start. Previously, there were ${previous} workers.`
        : `Actor ${id} already had ${count} worker(s).`,
    );
  }

  @ApiWorkers.get()
  @Needs('read')
  @Get(':worker_id')
  async get(
    @CurrentCaller() caller: Caller,
    @TargetActor() id: ActorId,
    @Param('worker_id') worker: WorkerId,
  ): Promise<Envelope> {
    const record = await this.queries.worker(caller, id, worker);
    return this.answers.success(this.presenter.worker(record), 'Worker retrieved successfully.');
  }

  @ApiWorkers.stop()
  @Needs('update')
  @Delete(':worker_id')
  async stop(
    @CurrentCaller() caller: Caller,
    @TargetActor() id: ActorId,
    @Param('worker_id') worker: WorkerId,
  ): Promise<Envelope> {
    await this.commands.stopWorker(caller, id, worker);
    return this.answers.success(null, 'Worker scheduled to be stopped.');
  }
}
