import type { Outcome } from '@abaco/actors';
import type { ActorDbid } from '@abaco/contract';
import type { ActorRecord } from '@abaco/store';
import type { RuntimeServices } from '../runtime-services.js';
import { Backlog } from '../scaling/backlog.js';
import type { ActorWorkers } from './actor-workers.js';
import { KnownActor } from './known-actor.js';
import type { MailboxMessage } from './mailbox-protocol.js';
import type { MessageIntake } from './message-intake.js';
import { StoreComparison } from './store-comparison.js';

describe('StoreComparison', () => {
  let actor: KnownActor;
  let calls: unknown[];
  let stored: ActorRecord | null;
  let due: { _id: string }[];
  let backlog: Backlog;
  let queueIsEmpty: boolean;
  let ends: Promise<MailboxMessage>[];
  let comparison: StoreComparison;

  beforeEach(() => {
    [calls, ends, due, stored, queueIsEmpty] = [[], [], [], { status: 'READY' } as ActorRecord, true];
    actor = new KnownActor({ _id: 'DEV_a' as ActorDbid } as ActorRecord);
    backlog = new Backlog();
    const store = {
      actors: { find: () => (stored ? Promise.resolve(stored) : Promise.resolve(null)) },
      executions: {
        findDue: () => Promise.resolve(due),
        figures: { countSubmitted: () => Promise.resolve(7) },
        waiting: { abandonAll: (id: string) => Promise.resolve(void calls.push(['abandon', id])) },
      },
    };
    const broker = {
      state: 'connected',
      publish: (_mailbox: string, { id }: { id: string }) => Promise.resolve(void calls.push(['publish', id])),
    };
    const workers = {
      backlog,
      provesEmptyQueue: () => queueIsEmpty,
      follow: (record: ActorRecord) => void calls.push(['follow', record.status]),
      end: () => void calls.push(['end workers']),
      look: () => Promise.resolve({}),
    };
    const intake = { settled: () => Promise.resolve(void calls.push(['settled'])) };
    comparison = new StoreComparison(
      actor,
      { store, broker } as unknown as RuntimeServices,
      workers as unknown as ActorWorkers,
      intake as unknown as MessageIntake,
      {
        schedule: (ms: number, message: MailboxMessage) => {
          calls.push(['schedule', ms, message.type]);
          return () => undefined;
        },
        pipeToSelf: <T>(work: Promise<T>, map: (outcome: Outcome<T>) => MailboxMessage) =>
          void ends.push(
            work.then(
              (value) => map({ ok: true, value }),
              (error: Error) => map({ ok: false, error }),
            ),
          ),
      },
    );
  });

  it('takes over the record, and counts what waits only when something does', async () => {
    comparison.start();
    expect(await ends[0]).toEqual({ type: 'tick-done', seen: { waiting: 0, due: 0 } });
    expect(calls).toEqual([['follow', 'READY']]);
    comparison.onDone();
    backlog.add(1, 0);
    comparison.start();
    expect(await ends[1]).toEqual({ type: 'tick-done', seen: { waiting: 7, due: 0 } });
  });

  it('publishes again what no queue holds, when a worker has proved that the queue is empty', async () => {
    due = [{ _id: 'DEV_a_1' }];
    comparison.start();
    expect(await ends[0]).toEqual({ type: 'tick-done', seen: { waiting: 7, due: 1 } });
    expect(calls).toContainEqual(['publish', 'DEV_a_1']);
    comparison.onDone();
    [calls, queueIsEmpty] = [[], false];
    comparison.start();
    await ends[1];
    expect(calls).toEqual([['follow', 'READY']]);
  });

  it.each([null, { status: 'SHUTTING_DOWN' } as ActorRecord])(
    'ends everything of an actor that was deleted elsewhere, and offers nothing again: %j',
    async (record) => {
      [stored, due] = [record, [{ _id: 'DEV_a_1' }]];
      comparison.start();
      await ends[0];
      expect(calls).toEqual([['end workers'], ['settled'], ['abandon', 'DEV_a']]);
      expect(actor.isDeleted).toBe(true);
      comparison.onDone();
      comparison.start();
      await ends[1];
      expect(calls.filter((call) => (call as string[])[0] === 'end workers')).toHaveLength(1);
    },
  );

  it('goes on once at a time; one that is wanted anew comes after it', async () => {
    comparison.start();
    comparison.start();
    comparison.startAnew();
    expect(ends).toHaveLength(1);
    expect(calls.at(-1)).toEqual(['schedule', 200, 'look']);
    await ends[0];
    comparison.onDone();
    comparison.startAnew();
    expect(ends).toHaveLength(2);
    await ends[1];
  });

  it('leaves what is known as it is when the store does not answer', async () => {
    backlog.add(3, 0);
    due = undefined as never;
    comparison.start();
    expect(await ends[0]).toEqual({ type: 'tick-done', seen: { waiting: 3, due: 0 } });
  });
});
