import { inspect } from 'node:util';
import type { ActorSystem } from '../actor-system.js';
import type { Ref } from '../ref.js';

const DEFAULT_DEADLINE_MS = 3_000;
let probes = 0;

/** The messages of a union by their `type`. */
type OfType<M, T> = Extract<M, { type: T }>;
type TypeOf<M> = M extends { type: infer T extends string } ? T : never;

/**
 * An actor that keeps what it gets until a test asks for it. Deadlines are real time, whatever the system's clock. Expectations
 * follow each other: await one before the next.
 */
export interface Probe<M> {
  readonly ref: Ref<M>;
  /** Messages that no expectation has taken yet, oldest first. */
  readonly received: readonly M[];

  /**
   * Takes the next message, which must be of this `type`, match, or (with neither) only come.
   * @param deadlineMs default 3,000
   * @throws Error when it does not match, or none comes within the deadline.
   */
  expectMessage<T extends TypeOf<M>>(type: T, deadlineMs?: number): Promise<OfType<M, T>>;
  expectMessage(matches?: (message: M) => boolean, deadlineMs?: number): Promise<M>;

  /** Takes and drops messages up to the first that matches, and returns that one. @throws Error after the deadline. */
  fishForMessage(matches: (message: M) => boolean, deadlineMs?: number): Promise<M>;

  /** @param forMs how long none may come, milliseconds, default 50 @throws Error when one came or is there already. */
  expectNoMessage(forMs?: number): Promise<void>;

  /** @throws Error unless `target` stops within the deadline, default 3,000 milliseconds. */
  expectStopped(target: Ref<never>, deadlineMs?: number): Promise<void>;
}

/** Tells the probe's actor to watch, and comes back as the notice. */
class Watching {
  constructor(
    readonly target: Ref<never>,
    readonly stopped: () => void,
  ) {}
}
class Stopped {
  constructor(readonly watching: Watching) {}
}

/** Starts a probe as a top-level actor of `system`. */
export function createProbe<M>(system: ActorSystem, name = `probe-${(probes += 1)}`): Probe<M> {
  const received: M[] = [];
  let arrived = () => {};
  const ref = system.spawn<M | Watching | Stopped>(name, () => (message, context) => {
    if (message instanceof Watching) context.watch(message.target, new Stopped(message));
    else if (message instanceof Stopped) message.watching.stopped();
    else {
      received.push(message);
      arrived();
    }
  });

  const next = async (expected: string, deadlineMs: number): Promise<M> => {
    if (received.length === 0) {
      const arrival = new Promise<void>((resolve) => (arrived = resolve));
      if (!(await within(arrival, deadlineMs)))
        throw new Error(`${name}: ${expected} did not come within ${deadlineMs} ms`);
    }
    return received.shift() as M;
  };

  const expectMessage = async (expected?: string | ((message: M) => boolean), deadlineMs = DEFAULT_DEADLINE_MS) => {
    const wanted = expected === undefined ? 'a message' : typeof expected === 'string' ? expected : expected.toString();
    const message = await next(wanted, deadlineMs);
    const matches =
      typeof expected === 'string'
        ? (message as { type?: unknown } | undefined)?.type === expected
        : (expected?.(message) ?? true);
    if (!matches) throw new Error(`${name}: expected ${wanted}, but got ${inspect(message)}`);
    return message;
  };

  return {
    ref,
    received,
    expectMessage: expectMessage as Probe<M>['expectMessage'],

    async fishForMessage(matches, deadlineMs = DEFAULT_DEADLINE_MS) {
      const end = performance.now() + deadlineMs;
      for (;;) {
        const message = await next(matches.toString(), Math.max(0, end - performance.now()));
        if (matches(message)) return message;
      }
    },

    async expectNoMessage(forMs = 50) {
      if (received.length === 0 && !(await within(new Promise<void>((resolve) => (arrived = resolve)), forMs))) return;
      throw new Error(`${name}: expected no message, but got ${inspect(received[0])}`);
    },

    async expectStopped(target, deadlineMs = DEFAULT_DEADLINE_MS) {
      const stopped = new Promise<void>((resolve) => ref.tell(new Watching(target, resolve)));
      if (!(await within(stopped, deadlineMs))) throw new Error(`${target.path} did not stop within ${deadlineMs} ms`);
    },
  };
}

/** Whether the promise settles in time; real time. */
async function within(promise: Promise<void>, deadlineMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => (timer = setTimeout(resolve, deadlineMs, false)));
  try {
    return await Promise.race([promise.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
