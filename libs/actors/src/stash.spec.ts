import { stopNow } from '../test-support/stop-now.js';
import {
  ActorFailed,
  ActorStopped,
  type BehaviorFactory,
  type Probe,
  type ReplyTo,
  type SpawnOptions,
  StashFull,
  type TestSystem,
  createProbe,
  createTestSystem,
  eventually,
} from './index.js';

type Message =
  | { readonly type: 'work'; readonly n: number }
  | { readonly type: 'question'; readonly n: number; readonly replyTo: ReplyTo<number> }
  | { readonly type: 'open' | 'again' | 'fail' | 'stop' | 'tick' };
const work = (n: number): Message => ({ type: 'work', n });

let test: TestSystem;
let probe: Probe<string>;
beforeEach(() => {
  test = createTestSystem();
  probe = createProbe(test.system);
});
afterEach(() => stopNow(test));

/** Puts work and questions aside until it is opened, and again when told so. */
const gate: BehaviorFactory<Message> = () => {
  let open = false;
  return async (message, context) => {
    await Promise.resolve();
    if (message.type === 'fail') throw new Error('fail');
    if (message.type === 'stop') return context.stop();
    if (message.type === 'open' || message.type === 'again') {
      open = message.type === 'open';
      return context.unstashAll();
    }
    if (!open) return context.stash();
    if (message.type === 'question') message.replyTo.reply(message.n);
    probe.ref.tell('n' in message ? `${message.n}` : message.type);
  };
};
const spawn = (options?: SpawnOptions) => test.system.spawn('gate', gate, options);
const hears = async (...expected: string[]) => {
  for (const text of expected) expect(await probe.expectMessage()).toBe(text);
};
const state = () => test.system.snapshot().find(({ path }) => path === '/system/gate');
const stashed = (count: number) => eventually(() => state()?.stashed === count && state()?.waiting === 0);

describe('A stash', () => {
  it('comes back before what waits, in the order in which it came', async () => {
    const ref = spawn();
    for (const n of [1, 2, 3]) ref.tell(work(n));
    ref.tell({ type: 'open' });
    for (const n of [4, 5]) ref.tell(work(n));
    await hears('1', '2', '3', '4', '5');
    expect(state()?.stashed).toBe(0);
  });

  it('keeps its order when it is put aside again and again', async () => {
    const ref = spawn();
    for (const n of [1, 2]) ref.tell(work(n));
    ref.tell({ type: 'again' });
    ref.tell(work(3));
    ref.tell({ type: 'again' });
    await stashed(3);
    ref.tell({ type: 'open' });
    await hears('1', '2', '3');
  });

  it('keeps the asker of a request, whose reply comes when it is handled at last', async () => {
    const ref = spawn();
    const asked = ref.ask({ type: 'question', n: 7 });
    await stashed(1);
    ref.tell({ type: 'open' });
    expect(await asked).toBe(7);
  });

  it('comes back, before what waits, when its actor restarts', async () => {
    const ref = spawn({ supervision: { backoff: { jitter: 0 } } });
    const asked = ref.ask({ type: 'question', n: 1 });
    ref.tell(work(2));
    ref.tell({ type: 'fail' });
    await eventually(() => state()?.status === 'backing-off');
    expect(state()).toMatchObject({ stashed: 0, waiting: 2 });
    ref.tell({ type: 'open' });
    test.clock.advance(100);
    await hears('1', '2');
    expect(await asked).toBe(1);
  });

  it('stays when its actor resumes', async () => {
    const ref = spawn({ supervision: { decide: () => 'resume' } });
    ref.tell(work(1));
    ref.tell({ type: 'fail' });
    await stashed(1);
    ref.tell({ type: 'open' });
    await hears('1');
  });

  it('becomes dead letters before what waits when its actor stops, and its askers learn of it', async () => {
    const ref = spawn();
    ref.tell(work(1));
    const asked = ref.ask({ type: 'question', n: 2 });
    await stashed(2);
    ref.tell({ type: 'stop' });
    ref.tell(work(3));
    await expect(asked).rejects.toThrow(new ActorStopped(ref.path));
    await probe.expectStopped(ref);
    expect(test.deadLetters).toMatchObject([1, 2, 3].map((n) => ({ message: { n }, reason: 'stopped' })));
  });

  it.each([0, 2])('of %i places that is full fails the handler, and the message with it', async (stashCapacity) => {
    const ref = spawn({ stashCapacity, supervision: { decide: () => 'resume' } });
    const fitting = [1, 2].slice(0, stashCapacity);
    for (const n of fitting) ref.tell(work(n));
    const asked = ref.ask({ type: 'question', n: 3 });
    await expect(asked).rejects.toThrow(ActorFailed);
    await expect(asked).rejects.toMatchObject({ cause: new StashFull(ref.path, stashCapacity) });
    expect(test.failures).toMatchObject([{ error: new StashFull(ref.path, stashCapacity) }]);
    ref.tell({ type: 'open' });
    await hears(...fitting.map(String));
  });

  it('takes what a timer or a promise delivered, also after that timer has been replaced', async () => {
    const ref = test.system.spawn<string>('late', (context) => {
      context.schedule(10, 'timer', 'key');
      context.pipeToSelf(Promise.resolve('piped'), (outcome) => (outcome.ok ? outcome.value : 'failed'));
      return (message) => {
        if (message !== 'open') return context.stash();
        context.schedule(10, 'another', 'key');
        context.unstashAll();
        return (later: string) => probe.ref.tell(later);
      };
    });
    await eventually(() => test.system.snapshot().some((actor) => actor.stashed === 1));
    test.clock.advance(10);
    await eventually(() => test.system.snapshot().some((actor) => actor.stashed === 2));
    ref.tell('open');
    await hears('piped', 'timer');
  });

  it('keeps a message whose handler threw after it had put it aside', async () => {
    let attempts = 0;
    const ref = test.system.spawn<string>(
      'throwing',
      () => (message, context) => {
        attempts += 1;
        if (attempts > 1) return probe.ref.tell(message);
        context.stash();
        throw new Error('afterwards');
      },
      { supervision: { backoff: { minMs: 0 } } },
    );
    ref.tell('kept');
    await hears('kept');
    expect(test.deadLetters).toEqual([]);
  });

  it('takes the message that is being handled, once, and nothing else', async () => {
    const ref = test.system.spawn<string>(
      'greedy',
      () => ({
        receive: (message, context) => {
          if (message === 'stop') return context.stop();
          context.stash();
          context.stash();
        },
        postStop: (context) => context.stash(),
      }),
      { supervision: { decide: () => 'resume' } },
    );
    ref.tell('once');
    ref.tell('stop');
    await probe.expectStopped(ref);
    const error = new Error('/system/greedy handles no message that could be stashed');
    expect(test.failures).toMatchObject([{ error }, { error }]);
    expect(test.deadLetters).toMatchObject([{ message: 'once', reason: 'stopped' }]);
  });

  it('takes nothing silently once its actor has begun to stop', async () => {
    let open: (() => void) | undefined;
    const ref = test.system.spawn<Message>('stopping', () => async (_message, context) => {
      context.stop();
      await new Promise<void>((resolve) => (open = resolve));
      context.stash();
    });
    const asked = ref.ask({ type: 'question', n: 1 });
    await eventually(() => open !== undefined);
    open?.();
    await expect(asked).rejects.toThrow(ActorStopped);
    await probe.expectStopped(ref);
    expect(test.deadLetters).toMatchObject([{ path: ref.path, message: { n: 1 }, reason: 'stopped' }]);
  });
});
