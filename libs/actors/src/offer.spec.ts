import { getEventListeners } from 'node:events';
import { stopNow } from '../test-support/stop-now.js';
import {
  ActorStopped,
  type SpawnOptions,
  type TestSystem,
  createProbe,
  createTestSystem,
  eventually,
} from './index.js';

let test: TestSystem;
beforeEach(() => {
  test = createTestSystem();
});
afterEach(() => stopNow(test));

const waiting = (path: string) => test.system.snapshot().find((actor) => actor.path === path)?.waiting;

/** An actor in the middle of message 0, whose mailbox of one place holds message 1. It ends each handler when it is let. */
async function busyActor(options: SpawnOptions = {}) {
  const begun: number[] = [];
  let end = (_error?: Error) => {};
  const ref = test.system.spawn<number>(
    'busy',
    () => (n) => {
      begun.push(n);
      return new Promise<void>((resolve, reject) => (end = (error) => (error ? reject(error) : resolve())));
    },
    { mailboxCapacity: 1, ...options },
  );
  ref.tell(0);
  await eventually(() => begun.length === 1);
  ref.tell(1);
  const taken: number[] = [];
  const offer = (n: number, signal?: AbortSignal) => {
    const offered = ref.offer(n, { signal });
    offered.then(
      () => taken.push(n),
      () => {},
    );
    return offered;
  };
  const fail = (error: Error) => end(error);
  /** Lets the present handler end, and waits for the next one. */
  const goOn = async () => {
    const before = begun.length;
    end();
    await eventually(() => begun.length > before);
  };
  return { ref, begun, taken, offer, goOn, fail };
}

describe('An offer', () => {
  it('is taken at once while there is room', async () => {
    const probe = createProbe<string>(test.system);
    await probe.ref.offer('hello');
    expect(await probe.expectMessage()).toBe('hello');
  });

  it('waits until there is room, and is taken in its turn', async () => {
    const { ref, begun, taken, offer, goOn } = await busyActor();
    for (const n of [2, 3, 4]) void offer(n);
    for (const [handled, taking] of [
      [1, [2]],
      [2, [2, 3]],
      [3, [2, 3, 4]],
      [4, [2, 3, 4]],
    ] as const) {
      await goOn();
      expect(begun.at(-1)).toBe(handled);
      expect(taken).toEqual(taking);
      expect(waiting(ref.path)).toBeLessThanOrEqual(1);
    }
    expect(test.deadLetters).toEqual([]);
  });

  it('is not overtaken by what is only told', async () => {
    const { ref, begun, offer, goOn } = await busyActor();
    void offer(2);
    ref.tell(99);
    await goOn();
    ref.tell(99);
    await goOn();
    expect(begun).toEqual([0, 1, 2]);
    expect(test.deadLetters.map(({ message, reason }) => [message, reason])).toEqual([
      [99, 'mailbox-full'],
      [99, 'mailbox-full'],
    ]);
  });

  it('waits until an actor that has more than its capacity, because it unstashed, has less', async () => {
    const probe = createProbe<number>(test.system);
    const ref = test.system.spawn<number>(
      'stashing',
      () => (n, context) => {
        if (n < 3) context.stash();
        else context.unstashAll();
        return n < 3 ? undefined : (later: number) => probe.ref.tell(later);
      },
      { mailboxCapacity: 1 },
    );
    for (const n of [0, 1, 2, 3, 4, 5]) await ref.offer(n);
    for (const n of [0, 1, 2, 4, 5]) expect(await probe.expectMessage()).toBe(n);
  });

  it('keeps a fast producer to the pace of its consumer', async () => {
    let most = 0;
    let expected = 0;
    const ref = test.system.spawn<number>(
      'consumer',
      () => async (n) => {
        most = Math.max(most, waiting('/system/consumer') ?? 0);
        if (n % 10 === 0) await new Promise(setImmediate);
        if (n === expected) expected += 1;
      },
      { mailboxCapacity: 10 },
    );
    for (let n = 0; n < 1_000; n += 1) await ref.offer(n);
    await eventually(() => expected === 1_000);
    expect(most).toBeLessThanOrEqual(10);
  });

  it('is taken by the next incarnation when the actor restarts', async () => {
    const { begun, offer, goOn, fail } = await busyActor({ supervision: { backoff: { jitter: 0 } } });
    const offered = offer(2);
    fail(new Error('restart'));
    await eventually(() => test.clock.nextInMs === 100);
    test.clock.advance(100);
    await offered;
    await goOn();
    expect(begun).toEqual([0, 1, 2]);
  });

  it('fails with ActorStopped when the target is dead, or stops before it takes it, and is reported', async () => {
    const { ref, offer } = await busyActor();
    const offered = offer(2);
    const stopped = stopNow(test);
    await expect(offered).rejects.toThrow(new ActorStopped(ref.path));
    await stopped;
    await expect(offer(3)).rejects.toThrow(new ActorStopped(ref.path));
    expect(test.deadLetters.map(({ message }) => message)).toEqual([1, 2, 3]);
  });

  it("fails with the signal's reason once that is aborted, and never arrives", async () => {
    const { begun, taken, offer, goOn } = await busyActor();
    const controller = new AbortController();
    const aborted = offer(2, controller.signal);
    void offer(3);
    controller.abort('enough');
    await expect(aborted).rejects.toBe('enough');
    await expect(offer(4, controller.signal)).rejects.toBe('enough');
    await goOn();
    await goOn();
    expect(begun).toEqual([0, 1, 3]);
    expect(taken).toEqual([3]);
    expect(test.deadLetters).toEqual([]);
  });

  it('that has been taken does not care for its signal any more', async () => {
    const { begun, offer, goOn } = await busyActor();
    const controller = new AbortController();
    const offered = offer(2, controller.signal);
    await goOn();
    controller.abort();
    await offered;
    await goOn();
    expect(begun).toEqual([0, 1, 2]);
  });

  it('listens to its signal only as long as it waits', async () => {
    const { offer, goOn } = await busyActor();
    const { signal } = new AbortController();
    const listeners = () => getEventListeners(signal, 'abort').length;
    const offers = [offer(2, signal), offer(3, signal)];
    expect(listeners()).toBe(2);
    await goOn();
    await offers[0];
    expect(listeners()).toBe(1);
    const stopped = stopNow(test);
    await expect(offers[1]).rejects.toThrow(ActorStopped);
    expect(listeners()).toBe(0);
    await stopped;
  });
});
