import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { ActorSystem, type BehaviorFactory, ManualClock, type Ref, type ReplyTo, eventually } from './index.js';

interface Question {
  readonly type: 'question';
  readonly n: number;
  readonly replyTo: ReplyTo<number>;
}

const tick: Question = { type: 'question', n: -1, replyTo: undefined as never };
const answer = ({ n, replyTo }: Question) => replyTo.reply(n);

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Actors of several kinds, all of which answer a question with its number. */
function answerers(system: ActorSystem): Ref<Question>[] {
  const kinds: Record<string, BehaviorFactory<Question>> = {
    once: () => answer,
    asynchronously: () => async (question) => {
      await Promise.resolve();
      answer(question);
    },
    'with pauses': () => async (question) => {
      if (question.n % 1_000 === 0) await setImmediate();
      answer(question);
    },
    'in reverse': () => {
      const open: Question[] = [];
      return (question, context) => {
        open.push(question);
        context.schedule(1, { ...question, n: -1 }, 'answer');
        if (question.n >= 0 && open.length < 1_000) return;
        for (const each of open.splice(0).reverse()) if (each.n >= 0) answer(each);
      };
    },
    'after a stash': () => (question, context) => {
      context.stash();
      if (context.stashed < 100 && question.n % 10_000 < 9_000) return;
      context.unstashAll();
      return answer;
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
          .ask({ type: 'question', n }, { deadlineMs: 550_000 })
          .then((reply) => (replies[reply === n ? 'right' : 'wrong'] += 1));
      });
      await Promise.all(asks);
    }
    await system.stop();
    expect(replies).toEqual({ right: 1_000_000, wrong: 0 });
  }, 600_000);

  it('20,000 actors that have come and gone leave nothing, even if what they answered is kept', async () => {
    const clock = new ManualClock();
    const system = new ActorSystem({ clock });
    const traces: WeakRef<object>[] = [];
    const asked: unknown[] = [];
    const target = system.spawn<Question>('target', () => (question) => answer(question));
    const busyLife: BehaviorFactory<Question> = (context) => {
      traces.push(new WeakRef(context));
      context.watch(target, tick);
      context.scheduleEvery(1_000, tick);
      context.setReceiveTimeout(1_000, tick);
      context.spawn<never>('child', () => () => {});
      return (question) => {
        if (question.n % 3 === 0) context.stash();
        if (question.n % 3 === 1) context.forward(target, question);
        if (question.n % 3 === 2) {
          asked.push(question);
          answer(question);
        }
        target.ask({ type: 'question', n: 0 }, { signal: context.signal }).catch(() => {});
        context.stop();
      };
    };
    for (let generation = 0; generation < 20; generation += 1) {
      const asks = Array.from({ length: 1_000 }, (_, n) => {
        const ref = system.spawn(`${n}`, busyLife);
        traces.push(new WeakRef(ref));
        return ref.ask({ type: 'question', n }).catch(() => {});
      });
      await Promise.all(asks);
      await eventually(() => system.snapshot().length === 1);
    }
    expect([traces.length, asked.length]).toEqual([40_000, 6_660]);
    expect(clock.pending).toBe(0);
    const remaining = () => {
      collectGarbage();
      return traces.filter((trace) => trace.deref() !== undefined).length;
    };
    // Whatever is looked at lives until the end of the present turn.
    await eventually(() => remaining() === 0, 20_000);
    await system.stop();
  });
});
