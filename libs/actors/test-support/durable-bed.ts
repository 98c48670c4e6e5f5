import {
  type BehaviorFactory,
  type DurableOptions,
  type DurableRef,
  type TestSystem,
  createTestSystem,
  eventually,
  spawnDurable,
} from '../src/index.js';
import { FlakyQueues } from './flaky-queues.js';

/** A message with a name. */
export interface Job {
  readonly name: string;
}

/** A test system and queues, for the specs of durable actors. */
export function createDurableBed() {
  const queues = new FlakyQueues();
  const bed = createTestSystem();
  const { system } = bed;
  return {
    ...bed,
    queues,

    spawn: (factory: BehaviorFactory<Job>, options: Partial<DurableOptions<Job>> = {}): DurableRef<Job> =>
      spawnDurable<Job>(system, 'worker', factory, {
        queues,
        mailbox: 'jobs',
        retry: { jitter: 0 },
        ...options,
      }),

    /** Puts jobs into the mailbox, their names their ids. */
    publish: async (...names: string[]): Promise<void> => {
      for (const name of names) await queues.publish('jobs', { id: name, body: Buffer.from(JSON.stringify({ name })) });
    },

    /** Waits until these messages, and no others, have been accepted, in this order. */
    accepted: async (...ids: string[]): Promise<void> => {
      await eventually(() => queues.accepted.length >= ids.length);
      expect(queues.accepted).toEqual(ids);
    },
  };
}

/** A promise that the test resolves. */
export function gate() {
  let open!: () => void;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { open, opened };
}

/** A handler that fails at the names it is told, so often, and a log of what it saw. */
export function failingAt(failures: Record<string, number>) {
  const seen: string[] = [];
  const receive = ({ name }: Job) => {
    seen.push(name);
    const left = failures[name] ?? 0;
    failures[name] = left - 1;
    if (left > 0) throw new Error(`${name} failed`);
  };
  return { seen, receive };
}

/** Lets the retries and restarts fall due, one after the other, until the condition holds. */
export async function pass({ clock }: Pick<TestSystem, 'clock'>, condition: () => boolean): Promise<void> {
  await eventually(() => {
    if (condition()) return true;
    if (clock.nextInMs !== undefined) clock.advance(clock.nextInMs);
    return false;
  });
}
