import { Controller, Get, Param, Query } from '@nestjs/common';
import type { Caller } from '@abaco/access';
import type { ActorId, Envelope, WorkerId } from '@abaco/contract';
import { ActorQueries } from '@abaco/runtime';
import { Answers } from '../http/answers.js';
import { CurrentCaller } from '../http/current-caller.js';
import { Needs } from '../http/needs.js';
import { ActorIdPipe } from '../http/path-identifiers.js';
import { refuseSearch } from '../http/refuse-search.js';
import type { QueryParameters } from '../http/request-fields.js';
import { ApiWorkers } from '../openapi/workers.js';
import { WorkerPresenter } from '../presenters/worker.presenter.js';

/** Workers of an actor (contract 2.8). */
@ApiWorkers.controller()
@Controller('actors/:actor_id/workers')
export class WorkersController {
  constructor(
    private readonly queries: ActorQueries,
    private readonly presenter: WorkerPresenter,
    private readonly answers: Answers,
  ) {}

  @ApiWorkers.list()
  @Needs('read')
  @Get()
  async list(
    @CurrentCaller() caller: Caller,
    @Param('actor_id', ActorIdPipe) id: ActorId,
    @Query() query: QueryParameters,
  ): Promise<Envelope> {
    refuseSearch(query);
    const workers = await this.queries.workers(caller, id);
    return this.answers.success(
      workers.map((worker) => this.presenter.worker(worker)),
      'Workers retrieved successfully.',
    );
  }

  @ApiWorkers.get()
  @Needs('read')
  @Get(':worker_id')
  async get(
    @CurrentCaller() caller: Caller,
    @Param('actor_id', ActorIdPipe) id: ActorId,
    @Param('worker_id') worker: WorkerId,
  ): Promise<Envelope> {
    const record = await this.queries.worker(caller, id, worker);
    return this.answers.success(this.presenter.worker(record), 'Worker retrieved successfully.');
  }
}
