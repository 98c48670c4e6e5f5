import { setImmediate } from 'node:timers/promises';
import { queryObjects } from 'node:v8';
import { Cell } from './cell.js';
import {
  type ActorContext,
  ActorSystem,
  type BehaviorFactory,
  type Ref,
  type ReplyTo,
  createTestSystem,
} from './index.js';
import { Incarnation } from './incarnation.js';
import { Mailbox } from './mailbox.js';
import { PendingAsk } from './pending-ask.js';

interface Question {
  readonly type: 'question';
  readonly n: number;
  readonly replyTo: ReplyTo<number>;
}

/** Actors of several kinds, all of which answer a question with its number. */
function answerers(system: ActorSystem): Ref<Question>[] {
  const at = ({ n, replyTo }: Question) => replyTo.reply(n);
  const kinds: Record<string, BehaviorFactory<Question>> = {
    once: () => at,
    asynchronously: () => async (question) => {
      await Promise.resolve();
      at(question);
    },
    'with pauses': () => async (question) => {
      if (question.n % 100 === 0) await setImmediate();
      at(question);
    },
    'in reverse': () => {
      const open: Question[] = [];
      return (question, context) => {
        open.push(question);
        context.schedule(1, { ...question, n: -1 }, 'answer');
        if (question.n >= 0 && open.length < 1_000) return;
        for (const each of open.splice(0).reverse()) if (each.n >= 0) at(each);
      };
    },
    'after a stash': () => (question, context) => {
      context.stash();
      if (context.stashed < 100 && question.n % 10_000 < 9_000) return;
      context.unstashAll();
      return at;
    },
  };
  const own = Object.entries(kinds).map(([name, factory]) => system.spawn(`answers ${name}`, factory));
  const forwarding: BehaviorFactory<Question> = () => (question, context) =>
    context.forward(own[question.n % own.length]!, question);
  return [...own, system.spawn('forwards', forwarding)];
}

describe('At scale', () => {
  it('a million asks, 100,000 at a time, get their own replies, all of them', async () => {
    const system = new ActorSystem();
    const targets = answerers(system);
    const replies = { right: 0, wrong: 0 };
    for (let round = 0; round < 10; round += 1) {
      const asks = Array.from({ length: 100_000 }, (_, index) => {
        const n = round * 100_000 + index;
        const target = targets[index % targets.length]!;
        return target
          .ask({ type: 'question', n }, { deadlineMs: 60_000 })
          .then((reply) => (replies[reply === n ? 'right' : 'wrong'] += 1));
      });
      await Promise.all(asks);
    }
    await system.stop();
    expect(replies).toEqual({ right: 1_000_000, wrong: 0 });
  });

  it('20,000 actors that have come and gone leave nothing', async () => {
    const { system, clock, deadLetters } = createTestSystem();
    const living = () =>
      [Cell, Incarnation, Mailbox, PendingAsk].map((type) => queryObjects(type, { format: 'count' }));
    const target = system.spawn<Question>(
      'target',
      () =>
        ({ n, replyTo }) =>
          replyTo.reply(n),
    );
    const busyLife: BehaviorFactory<Question> = (context: ActorContext<Question>) => {
      context.watch(target, { type: 'question', n: -1, replyTo: undefined as never });
      context.scheduleEvery(1_000, { type: 'question', n: -1, replyTo: undefined as never });
      context.spawn<never>('child', () => () => {});
      return (question) => {
        context.stash();
        if (question.n % 2 === 0) target.ask({ type: 'question', n: 0 }, { signal: context.signal }).catch(() => {});
        context.stop();
      };
    };
    const generation = async () => {
      const asks = Array.from({ length: 1_000 }, (_, n) =>
        system
          .spawn(`${n}`, busyLife)
          .ask({ type: 'question', n })
          .catch(() => {}),
      );
      await Promise.all(asks);
      while (system.snapshot().length > 1) await setImmediate();
    };
    await generation();
    (deadLetters as unknown[]).length = 0;
    const before = living();
    for (let times = 0; times < 20; times += 1) await generation();
    (deadLetters as unknown[]).length = 0;
    expect(living()).toEqual(before);
    expect(clock.pending).toBe(0);
    await system.stop();
  });
});
