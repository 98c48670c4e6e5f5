import type { ActorDbid, TenantId } from '@abaco/contract';
import type { DeliveryRecord, EventRecord, EventRepository, LaneRecord } from '@abaco/store';
import type { DeliveryOutcome } from './delivery-outcome.js';
import { LaneDelivery } from './lane-delivery.js';
import { silentLogger, type Logger } from '../logger.js';
import type { Telemetry } from '../telemetry/telemetry.js';

const lane = { _id: 'DEV_a:webhook', target: 'webhook', holder: 'h', version: 'v' } as LaneRecord;
const never = new AbortController().signal;

function delivery(id: string, fields: Partial<DeliveryRecord> = {}, time = new Date()): DeliveryRecord {
  const event: EventRecord = {
    _id: id,
    type: 'ACTOR_READY',
    tenant: 'DEV' as TenantId,
    actor_id: 'DEV_a' as ActorDbid,
    time,
    link: '',
    webhook: 'https://example.org/?x-nonce=secret',
    path: [],
    api_server: '',
    payload: '{}',
  };
  return {
    _id: id,
    event,
    target: 'webhook',
    lane: lane._id,
    status: 'WAITING',
    attempts: 0,
    ...fields,
  } as DeliveryRecord;
}

/** One lane in memory, and what was done to it. */
class Lane {
  readonly done: string[] = [];
  held = true;
  addedMeanwhile = false;

  constructor(private readonly waiting: DeliveryRecord[]) {}

  readonly repository = {
    nextDelivery: () => Promise.resolve(this.waiting[0] ?? null),
    noteFailure: (id: string, reason: string) => this.note(`retry ${id}: ${reason}`),
    end: (id: string, reason: string | null) => {
      this.waiting.shift();
      return this.note(reason === null ? `delivered ${id}` : `given up ${id}: ${reason}`);
    },
    renewLane: () => Promise.resolve(this.held),
    releaseLane: (_: LaneRecord, afterMs: number) => this.note(`released for ${Math.ceil(afterMs / 1000)} s`),
    closeLane: () => this.note('closed').then(() => !this.addedMeanwhile),
  } as unknown as EventRepository;

  private note(what: string): Promise<void> {
    this.done.push(what);
    return Promise.resolve();
  }
}

/** Delivers a lane with these outcomes, the last one again and again. @returns what was done to the lane, and the log */
async function run(
  waiting: DeliveryRecord[],
  outcomes: readonly DeliveryOutcome[],
  { maxAttempts = 3, signal = never, lane: over = new Lane(waiting) } = {},
): Promise<{
  done: readonly string[];
  dueInMs: number | undefined;
  attempts: readonly string[];
  log: readonly { level: string; fields: object; message: string }[];
}> {
  const log: { level: string; fields: object; message: string }[] = [];
  const at = (level: string) => (fields: object, message: string) => void log.push({ level, fields, message });
  const logger: Logger = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
  const attempts: string[] = [];
  const telemetry: Telemetry = { deliveryAttempted: (target, result) => void attempts.push(`${target} ${result}`) };
  let attempt = 0;
  const deliver = () => Promise.resolve(outcomes[Math.min(attempt++, outcomes.length - 1)] as DeliveryOutcome);
  const limits = { maxAttempts, maxAgeMs: 60_000 };
  const dueInMs = await new LaneDelivery(over.repository, { link: deliver, webhook: deliver }, limits, {
    logger,
    telemetry,
  }).run(lane, signal);
  return { done: over.done, log, dueInMs, attempts };
}

const delivered: DeliveryOutcome = { kind: 'delivered' };
const failed: DeliveryOutcome = { kind: 'failed', reason: 'Status 500.' };

describe('the deliveries of a lane', () => {
  it('happen one after another, and the empty lane is closed', async () => {
    const { done, dueInMs } = await run([delivery('a'), delivery('b')], [delivered]);
    expect(dueInMs).toBeUndefined();
    expect(done).toEqual(['delivered a', 'delivered b', 'closed']);
  });

  it('go on at once with what was added while the lane was being closed', async () => {
    const open = new Lane([]);
    open.addedMeanwhile = true;
    expect((await run([], [], { lane: open })).dueInMs).toBe(0);
  });

  it('stop at one that fails, which holds up those behind it', async () => {
    const { done, log, attempts } = await run([delivery('a'), delivery('b'), delivery('c')], [delivered, failed]);
    expect(done).toEqual(['delivered a', 'retry b: Status 500.', 'released for 1 s']);
    expect(attempts).toEqual(['webhook delivered', 'webhook retried']);
    expect(log.map(({ level, message }) => [level, message])).toEqual([
      ['info', 'An event was delivered'],
      ['info', 'An event could not be delivered and is tried again'],
    ]);
    expect(log[1]?.fields).toEqual({
      actor: 'DEV_a',
      event: 'b',
      type: 'ACTOR_READY',
      target: 'webhook',
      attempts: 1,
      reason: 'Status 500.',
    });
  });

  it('wait longer when the target asks for it, never less', async () => {
    const waiting = () => [delivery('a', { attempts: 1 })];
    expect((await run(waiting(), [{ ...failed, afterMs: 30_000 }])).done.at(-1)).toBe('released for 30 s');
    expect((await run(waiting(), [{ ...failed, afterMs: 0 }])).done.at(-1)).toMatch(/^released for [12] s$/);
  });

  it.each([
    ['it is refused', delivery('a'), { kind: 'refused', reason: 'no' }],
    ['it was the last attempt', delivery('a', { attempts: 2 }), { kind: 'failed', reason: 'no' }],
    ['it is too old', delivery('a', {}, new Date(Date.now() - 61_000)), { kind: 'failed', reason: 'no' }],
  ] as const)('are given up when %s, and the next one has its turn', async (_, first, ending) => {
    const { done, log, attempts } = await run([first, delivery('b')], [ending, delivered]);
    expect(done).toEqual(['given up a: no', 'delivered b', 'closed']);
    expect(attempts).toEqual(['webhook given up', 'webhook delivered']);
    expect(log[0]).toMatchObject({ level: 'warn', message: 'An event could not be delivered and is given up' });
    expect(JSON.stringify(log)).not.toContain('secret');
  });

  it('are delivered however old they are', async () => {
    expect((await run([delivery('a', {}, new Date(0))], [delivered])).done[0]).toBe('delivered a');
  });

  it('leave room for other lanes after twenty', async () => {
    const { done, dueInMs } = await run(
      Array.from({ length: 25 }, (_, index) => delivery(`${index}`)),
      [delivered],
    );
    expect(dueInMs).toBe(0);
    expect(done).toHaveLength(21);
    expect(done.at(-1)).toBe('released for 0 s');
  });

  it('end when another host has the lane', async () => {
    const waiting = [delivery('a'), delivery('b')];
    const lost = new Lane(waiting);
    lost.held = false;
    expect((await run(waiting, [delivered], { lane: lost })).done).toEqual(['delivered a']);
  });

  it('do not count an attempt that the end of the server cut off, and leave the lane to others', async () => {
    const stop = new AbortController();
    const waiting = [delivery('a')];
    const cut = new Lane(waiting);
    const deliver = () => {
      stop.abort();
      return Promise.resolve(failed);
    };
    const limits = { maxAttempts: 1, maxAgeMs: 1 };
    const deliveries = new LaneDelivery(cut.repository, { link: deliver, webhook: deliver }, limits, {
      logger: silentLogger,
      telemetry: {},
    });
    await deliveries.run(lane, stop.signal);
    expect(cut.done).toEqual(['released for 0 s']);
  });
});
