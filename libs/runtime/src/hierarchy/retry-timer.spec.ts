import type { Outcome } from '@abaco/actors';
import type { ActorDbid } from '@abaco/contract';
import type { ActorRecord } from '@abaco/store';
import type { RuntimeServices } from '../runtime-services.js';
import { KnownActor } from './known-actor.js';
import type { MailboxMessage } from './mailbox-protocol.js';
import { RetryTimer } from './retry-timer.js';

describe('RetryTimer', () => {
  let actor: KnownActor;
  let timers: unknown[];
  let told: Promise<MailboxMessage>[];
  let offerDue: () => Promise<string[]>;
  let published: unknown[];
  let timer: RetryTimer;

  beforeEach(() => {
    actor = new KnownActor({ _id: 'DEV_a' as ActorDbid } as ActorRecord);
    [timers, told, published] = [[], [], []];
    offerDue = () => Promise.resolve(['DEV_a_1', 'DEV_a_2']);
    const retries = {
      shortenOverlong: () => Promise.resolve(),
      offerDue: () => offerDue(),
      untilNextDue: () => Promise.resolve(3_000),
    };
    const broker = {
      state: 'connected',
      publish: (mailbox: string, { id }: { id: string }) => Promise.resolve(void published.push([mailbox, id])),
    };
    const services = { store: { executions: { retries } }, broker } as unknown as RuntimeServices;
    timer = new RetryTimer(actor, services, {
      schedule: (ms: number, message: MailboxMessage, key?: string) => {
        timers.push([ms, message.type, key]);
        return () => undefined;
      },
      pipeToSelf: <T>(work: Promise<T>, map: (outcome: Outcome<T>) => MailboxMessage) =>
        void told.push(
          work.then(
            (value) => map({ ok: true, value }),
            (error: Error) => map({ ok: false, error }),
          ),
        ),
    });
  });

  it('wakes at the end of the pause that ends first', () => {
    expect(timer.isDueWithin(1_000_000)).toBe(false);
    timer.plan(20_000);
    timer.plan(30_000);
    timer.plan(10_000);
    expect(timers).toEqual([
      [20_000, 'retries-due', 'retries'],
      [10_000, 'retries-due', 'retries'],
    ]);
    expect(timer.isDueWithin(15_000)).toBe(true);
    expect(timer.isDueWithin(5_000)).toBe(false);
  });

  it('offers what is due, and tells when the next pause is over', async () => {
    timer.plan(10_000);
    timer.offer();
    expect(await told[0]).toEqual({ type: 'retries-offered', offered: 2, nextMs: 3_000 });
    expect(published).toEqual([
      ['actor_msg_DEV_a', 'DEV_a_1'],
      ['actor_msg_DEV_a', 'DEV_a_2'],
    ]);
    expect(timer.isDueWithin(15_000)).toBe(false);
    timer.plan(12_000); // a longer one than that which is over
    expect(timers).toHaveLength(2);
  });

  it('looks again soon when the store does not answer', async () => {
    offerDue = () => Promise.reject(new Error('away'));
    timer.offer();
    expect(await told[0]).toEqual({ type: 'retries-offered', offered: 0, nextMs: 1_000 });
  });

  it('offers nothing of a deleted actor', () => {
    actor.delete();
    timer.offer();
    expect(told).toEqual([]);
  });
});
