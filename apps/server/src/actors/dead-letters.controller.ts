import { Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import type { Caller } from '@abaco/access';
import type { ActorId, Envelope, ExecutionId } from '@abaco/contract';
import { ActorCommands, DeadLetters } from '@abaco/runtime';
import { Answers } from '../http/answers.js';
import { CurrentCaller } from '../http/current-caller.js';
import { Needs } from '../http/needs.js';
import { PageOfLong, type RequestedPage } from '../http/paging.js';
import { TargetActor } from '../http/target.js';
import { ApiDeadLetters } from '../openapi/dead-letters.js';
import { DeadLetterPresenter } from '../presenters/dead-letter.presenter.js';

/** Executions of an actor whose attempts are used up. */
@ApiDeadLetters.controller()
@Controller('actors/:actor_id/dead_letters')
export class DeadLettersController {
  constructor(
    private readonly commands: ActorCommands,
    private readonly deadLetters: DeadLetters,
    private readonly presenter: DeadLetterPresenter,
    private readonly answers: Answers,
  ) {}

  @ApiDeadLetters.list()
  @Needs('read')
  @Get()
  async list(
    @CurrentCaller() caller: Caller,
    @TargetActor() id: ActorId,
    @PageOfLong() page: RequestedPage,
  ): Promise<Envelope> {
    const { actor, deadLetters } = await this.deadLetters.list(caller, id, page.limits);
    const shown = page.of(deadLetters, ({ _id, dead_letter }) => ({ time: dead_letter.time, id: _id }));
    return this.answers.success(this.presenter.list(caller, actor, shown), 'Dead letters retrieved successfully.');
  }

  @ApiDeadLetters.redriveAll()
  @Needs('execute')
  @Post()
  @HttpCode(200)
  async redriveAll(@CurrentCaller() caller: Caller, @TargetActor() id: ActorId): Promise<Envelope> {
    const answer = await this.commands.redrive(caller, id);
    return this.answers.success(this.presenter.redriven(caller, id, answer), 'Dead letters sent again.');
  }

  @ApiDeadLetters.purge()
  @Needs('update')
  @Delete()
  async purge(@CurrentCaller() caller: Caller, @TargetActor() id: ActorId): Promise<Envelope> {
    const removed = await this.deadLetters.purge(caller, id);
    return this.answers.success({ removed }, 'Dead letters removed.');
  }

  @ApiDeadLetters.get()
  @Needs('read')
  @Get(':execution_id')
  async get(
    @CurrentCaller() caller: Caller,
    @TargetActor() id: ActorId,
    @Param('execution_id') execution: ExecutionId,
  ): Promise<Envelope> {
    const { deadLetter, text } = await this.deadLetters.find(caller, id, execution);
    return this.answers.success(
      this.presenter.deadLetter(caller, id, deadLetter, text),
      'Dead letter retrieved successfully.',
    );
  }

  @ApiDeadLetters.redrive()
  @Needs('execute')
  @Post(':execution_id')
  @HttpCode(200)
  async redrive(
    @CurrentCaller() caller: Caller,
    @TargetActor() id: ActorId,
    @Param('execution_id') execution: ExecutionId,
  ): Promise<Envelope> {
    const answer = await this.commands.redrive(caller, id, execution);
    return this.answers.success(this.presenter.redriven(caller, id, answer), 'Dead letter sent again.');
  }

  @ApiDeadLetters.remove()
  @Needs('update')
  @Delete(':execution_id')
  async remove(
    @CurrentCaller() caller: Caller,
    @TargetActor() id: ActorId,
    @Param('execution_id') execution: ExecutionId,
  ): Promise<Envelope> {
    await this.deadLetters.delete(caller, id, execution);
    return this.answers.success(null, 'Dead letter removed.');
  }
}
