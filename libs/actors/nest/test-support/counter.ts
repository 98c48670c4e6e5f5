import type { ActorContext, Ref, ReplyTo, SpawnOptions } from '@abaco/actors';
import { Injectable, Module } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { type ActorDefinition, ActorsModule, type InjectableBehavior } from '../src/index.js';

export type Message = { type: 'add' } | { type: 'break' } | { type: 'get'; replyTo: ReplyTo<number> };

/** What outlives a restart. */
@Injectable()
export class Journal {
  readonly entries: string[] = [];
}
@Module({ providers: [Journal], exports: [Journal] })
export class JournalModule {}

/** An actor with state of its own, which must be gone after a restart. */
@Injectable()
export class Counter implements InjectableBehavior<Message> {
  private count = 0;

  constructor(private readonly journal: Journal) {
    journal.entries.push('made');
  }

  preStart(context: ActorContext<Message>): void {
    this.journal.entries.push(`preStart ${context.name}`);
  }

  receive = (message: Message): void => {
    if (message.type === 'get') message.replyTo.reply(this.count);
    else if (message.type === 'break') throw new Error('broken');
    else this.count += 1;
  };

  preRestart(reason: Error): void {
    this.journal.entries.push(`preRestart ${reason.message}`);
  }

  postStop(): void {
    this.journal.entries.push('postStop');
  }
}

/** Restarts without delay. */
export const restarting: SpawnOptions = { supervision: { backoff: { minMs: 1 } } };

export async function startWith(definition: ActorDefinition<Message>): Promise<TestingModule> {
  const imports = [ActorsModule.forRoot({ observer: { failed: () => {} } }), JournalModule];
  const module = await Test.createTestingModule({
    imports: [...imports, ActorsModule.forFeature([definition])],
  }).compile();
  await module.init();
  return module;
}

export const get = (ref: Ref<Message>) => ref.ask<number>((replyTo) => ({ type: 'get', replyTo }));
