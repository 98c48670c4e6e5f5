import { Controller, Get } from '@nestjs/common';
import type { Caller } from '@abaco/access';
import type { Envelope } from '@abaco/contract';
import { Administration } from '@abaco/runtime';
import { Answers } from '../http/answers.js';
import { CurrentCaller } from '../http/current-caller.js';
import { Needs } from '../http/needs.js';
import { ApiAdmin } from '../openapi/admin.js';
import { AdminPresenter } from '../presenters/admin.presenter.js';

/** The operator's view of actors, workers and executions (contract 2.12). */
@ApiAdmin.controller()
@Needs('admin')
@Controller('actors/admin')
export class AdminController {
  constructor(
    private readonly administration: Administration,
    private readonly presenter: AdminPresenter,
    private readonly answers: Answers,
  ) {}

  @ApiAdmin.actors()
  @Get()
  async actors(@CurrentCaller() caller: Caller): Promise<Envelope> {
    const reports = await this.administration.actors(caller);
    return this.answers.success(
      reports.map((report) => this.presenter.actor(report)),
      'Actors retrieved successfully.',
    );
  }

  @ApiAdmin.workers()
  @Get('workers')
  async workers(@CurrentCaller() caller: Caller): Promise<Envelope> {
    const { workers, actorsWithout } = await this.administration.workers(caller);
    return this.answers.success(
      this.presenter.workersReport(workers, actorsWithout),
      'Workers retrieved successfully.',
    );
  }

  @ApiAdmin.executions()
  @Get('executions')
  async executions(@CurrentCaller() caller: Caller): Promise<Envelope> {
    const { all, existing, actors } = await this.administration.executions(caller);
    return this.answers.success(
      this.presenter.executionsReport(all, existing, actors),
      'Executions retrieved successfully.',
    );
  }
}
