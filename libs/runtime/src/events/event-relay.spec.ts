import fc from 'fast-check';
import type { ActorDbid, ExecutionDbid } from '@abaco/contract';
import type { EventRecord, EventTarget } from '@abaco/store';
import { EventRelay } from './event-relay.js';

const ACTOR = 'DEV_a' as ActorDbid;
const EXECUTION = 'DEV_a_x' as ExecutionDbid;

const eventRecord = (_id: string, link: string, webhook: string) => ({ _id, link, webhook }) as unknown as EventRecord;

/** Pending events and deliveries in memory. Each step that changes something may fail, before or after it has done so. */
class Records {
  readonly deliveries: string[] = [];
  private readonly pending = new Map<string, EventRecord[]>();
  private step = 0;

  constructor(
    readonly actorEvents: readonly EventRecord[],
    readonly executionEvents: readonly EventRecord[],
    private readonly failures: ReadonlyMap<number, 'before' | 'after'> = new Map(),
  ) {
    this.pending.set(ACTOR, [...actorEvents]);
    this.pending.set(EXECUTION, [...executionEvents]);
  }

  get left(): number {
    return [...this.pending.values()].flat().length;
  }

  readonly store = {
    actors: { events: this.events(ACTOR) },
    executions: { events: this.events(EXECUTION) },
    events: {
      add: (event: EventRecord, target: EventTarget) =>
        this.change(() => {
          const id = `${event._id}:${target}`;
          if (!this.deliveries.includes(id)) this.deliveries.push(id);
        }),
    },
  } as unknown as ConstructorParameters<typeof EventRelay>[0];

  private events(own: string): object {
    return {
      list: (record: string) => Promise.resolve([...(this.pending.get(record) ?? [])]),
      remove: (record: string, event: string) =>
        this.change(() => {
          this.pending.set(
            record,
            (this.pending.get(record) ?? []).filter(({ _id }) => _id !== event),
          );
        }),
      listRecords: () => Promise.resolve((this.pending.get(own) ?? []).length > 0 ? [own] : []),
    };
  }

  private async change(make: () => void): Promise<void> {
    const failure = this.failures.get(this.step++);
    if (failure !== 'before') make();
    await Promise.resolve();
    if (failure !== undefined) throw new Error('the process died');
  }
}

describe('the relay of events', () => {
  it('makes one delivery for each target, the events of the actor first', async () => {
    const records = new Records(
      [eventRecord('ready', 'DEV_b', 'https://w'), eventRecord('error', '', 'https://w')],
      [eventRecord('complete', 'DEV_b', '')],
    );
    await new EventRelay(records.store).relay({ actor: ACTOR, execution: EXECUTION });
    expect(records.deliveries).toEqual(['ready:link', 'ready:webhook', 'error:webhook', 'complete:link']);
    expect(records.left).toBe(0);
  });

  it('sweeps until nothing is left', async () => {
    const records = new Records([eventRecord('ready', 'DEV_b', '')], [eventRecord('complete', 'DEV_b', '')]);
    const relay = new EventRelay(records.store);
    expect(await relay.sweep()).toBe(2);
    expect(await relay.sweep()).toBe(0);
    expect(records.deliveries).toEqual(['ready:link', 'complete:link']);
  });

  it('loses, repeats and reorders nothing when processes die at any step', async () => {
    const targets = fc.constantFrom<[string, string]>(['DEV_b', ''], ['', 'https://w'], ['DEV_b', 'https://w']);
    const failures = fc.array(fc.tuple(fc.nat(30), fc.constantFrom('before' as const, 'after' as const)), {
      maxLength: 10,
      size: 'max',
    });
    await fc.assert(
      fc.asyncProperty(fc.array(targets, { maxLength: 4 }), targets, failures, async (ofActor, ofExecution, dying) => {
        const records = new Records(
          ofActor.map(([link, webhook], index) => eventRecord(`a${index}`, link, webhook)),
          [eventRecord('x', ...ofExecution)],
          new Map(dying),
        );
        for (let tries = 0; records.left > 0; tries++) {
          expect(tries).toBeLessThanOrEqual(dying.length);
          const relay = new EventRelay(records.store);
          await (tries % 2 === 0 ? relay.relay({ actor: ACTOR, execution: EXECUTION }) : relay.sweep()).catch(() => {});
        }
        const expected = [...records.actorEvents, ...records.executionEvents].flatMap(({ _id, link, webhook }) => [
          ...(link === '' ? [] : [`${_id}:link`]),
          ...(webhook === '' ? [] : [`${_id}:webhook`]),
        ]);
        expect(records.deliveries).toEqual(expected);
      }),
    );
  });
});
