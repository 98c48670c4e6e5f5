import { Controller, Get } from '@nestjs/common';
import type { Caller } from '@abaco/access';
import type { ActorId, Envelope } from '@abaco/contract';
import { Deliveries } from '@abaco/runtime';
import { Answers } from '../http/answers.js';
import { CurrentCaller } from '../http/current-caller.js';
import { Needs } from '../http/needs.js';
import { PageOfLong, type RequestedPage } from '../http/paging.js';
import { TargetActor } from '../http/target.js';
import { ApiDeliveries } from '../openapi/deliveries.js';
import { DeliveryPresenter } from '../presenters/delivery.presenter.js';

/** What became of the events of an actor, on their way to its link and webhook. */
@ApiDeliveries.controller()
@Controller('actors/:actor_id/deliveries')
export class DeliveriesController {
  constructor(
    private readonly deliveries: Deliveries,
    private readonly presenter: DeliveryPresenter,
    private readonly answers: Answers,
  ) {}

  @ApiDeliveries.list()
  @Needs('read')
  @Get()
  async list(
    @CurrentCaller() caller: Caller,
    @TargetActor() id: ActorId,
    @PageOfLong() page: RequestedPage,
  ): Promise<Envelope> {
    const { actor, deliveries } = await this.deliveries.list(caller, id, page.limits);
    const shown = page.of(deliveries, ({ _id, created }) => ({ time: created, id: _id }));
    return this.answers.success(this.presenter.list(caller, actor, shown), 'Deliveries retrieved successfully.');
  }
}
