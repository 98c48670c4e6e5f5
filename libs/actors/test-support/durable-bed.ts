import {
  type BehaviorFactory,
  type DurableOptions,
  type DurableRef,
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
