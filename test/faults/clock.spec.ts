import { eventually } from '../support/eventually.js';
import { ClosedLoad } from './support/closed-load.js';
import { BROKERS } from './support/broker-kind.js';
import { Deployment } from './support/deployment.js';

const TEN_MINUTES_MS = 600_000;

/** Forth, back beyond the right time, and right again: each is a jump of ten minutes or more. */
const JUMPS_MS = [TEN_MINUTES_MS, -TEN_MINUTES_MS, 0];

const PAUSE_SECONDS = 3;

const CLOCKS = [['server'], ['store']] as const;
const BESIDE = BROKERS.flatMap((broker) => CLOCKS.map((clocks) => [clocks, broker] as const));

describe.each(BESIDE)('when the clock of %p is moved, with the %s broker,', (clocks, broker) => {
  let bed: Deployment;

  beforeAll(async () => {
    bed = await Deployment.start({
      name: 'clock',
      broker,
      movableClocks: clocks,
      settings: { 'workers.lease_seconds': '4' },
    });
  }, 180_000);
  afterAll(() => bed?.stop(), 60_000);

  it('by ten minutes, forth and back, under load: nothing is lost, runs twice or hangs', async () => {
    const quick = await bed.register({ max_workers: 2 });
    const slow = await bed.register({ max_workers: 1, max_run_time: 60 });
    const long = await bed.accepted(slow, 'echo begun; sleep 15; echo ended; exit 4');
    await eventually('it runs', async () => (await bed.logs(slow, long)) === 'begun\n');
    const load = new ClosedLoad(bed, quick, 'echo quick; sleep 0.2');
    try {
      for (const offset of JUMPS_MS) {
        await bed.moveClocks(offset);
        await load.goesOn(8);
      }
    } finally {
      await load.stop();
    }
    const records = await bed.settled();
    for (const id of load.accepted)
      expect(records.get(id)).toMatchObject({ status: 'COMPLETE', exit_code: 0, attempt: 1 });
    expect(records.get(long)).toMatchObject({ status: 'COMPLETE', exit_code: 4, attempt: 1 });
    expect(await bed.logs(slow, long)).toBe('begun\nended\n');
  }, 300_000);

  it('by ten minutes into the past, in the pause before an attempt, that comes about in time', async () => {
    const retry_policy = { max_attempts: 2, backoff_seconds: PAUSE_SECONDS, retry_on: ['exit'] };
    const actor = await bed.register({ max_workers: 1, retry_policy });
    await bed.moveClocks(TEN_MINUTES_MS);
    const execution = await bed.accepted(actor, 'exit 3');
    const pausing = { id: execution, retry_at: { $exists: true } };
    await eventually('a pause', async () => bed.database.collection('executions').findOne(pausing));
    await bed.moveClocks(0);
    // its own length once more at most, and a check of the host, which comes every 10 s
    await bed.reaches(actor, execution, 'ERROR', 60_000);
    expect((await bed.settled()).get(execution)?.error).toMatch(/^Given up after 2 attempts/);
  }, 120_000);

  it('leaves nothing', () => bed.emptied(), 120_000);
});
