import type { BehaviorFactory, Ref, ReplyTo } from '@abaco/actors';
import { Injectable } from '@nestjs/common';
import { ActorsModule, InjectActor } from '../src/index.js';

/** Adds, and answers the sum of all so far. */
export interface Add {
  type: 'add';
  by: number;
  replyTo: ReplyTo<number>;
}

export const sum: BehaviorFactory<Add> = () => {
  let total = 0;
  return ({ by, replyTo }) => replyTo.reply((total += by));
};

export const sumActors = ActorsModule.forFeature([{ name: 'sum', behavior: sum }]);

@Injectable()
export class SumService {
  constructor(@InjectActor('sum') private readonly sum: Ref<Add>) {}

  add(by: number): Promise<number> {
    return this.sum.ask<number>((replyTo) => ({ type: 'add', by, replyTo }));
  }
}
