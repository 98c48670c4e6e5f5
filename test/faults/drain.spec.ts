import { eventually } from '../support/eventually.js';
import { ClosedLoad } from './support/closed-load.js';
import { BROKERS } from './support/broker-kind.js';
import { Deployment } from './support/deployment.js';

const STOPS = 2;
const DRAIN_SECONDS = 2;
/** What a stop may take beyond the time that running executions get, milliseconds: this machine runs other tests, too. */
const STOP_MARGIN_MS = 15_000;

describe.each(BROKERS)('a server with the %s broker that gets SIGTERM under load', (broker) => {
  let bed: Deployment;

  beforeAll(async () => {
    bed = await Deployment.start({
      name: 'drain',
      broker,
      settings: { 'workers.drain_seconds': String(DRAIN_SECONDS), 'workers.lease_seconds': '5' },
    });
  }, 180_000);
  afterAll(() => bed?.stop(), 60_000);

  it('ends in time, and every message it has accepted runs once', async () => {
    const quick = await bed.register({ max_workers: 2 });
    const slow = await bed.register({ max_workers: 1 });
    const long = await bed.accepted(slow, 'echo begun; sleep 12; echo ended; exit 4');
    await eventually('it runs', async () => (await bed.logs(slow, long)) === 'begun\n');
    const load = new ClosedLoad(bed, quick, 'echo quick; sleep 0.3');
    try {
      for (let stop = 0; stop < STOPS; stop++) {
        await load.goesOn(8);
        const begun = performance.now();
        expect(await bed.server.stop()).toBe(0);
        expect(performance.now() - begun).toBeLessThan(DRAIN_SECONDS * 1_000 + STOP_MARGIN_MS);
        await bed.startServer();
      }
    } finally {
      await load.stop();
    }
    const records = await bed.settled();
    expect(records.size).toBe(new Set(load.accepted).size + 1);
    for (const id of load.accepted) expect(records.get(id)).toMatchObject({ status: 'COMPLETE', exit_code: 0 });
    expect(records.get(long)).toMatchObject({ status: 'COMPLETE', exit_code: 4 });
    // it was adopted, not run again: a second container would have made its log anew, after another 12 s
    expect(await bed.logs(slow, long)).toBe('begun\nended\n');
    await bed.emptied();
  }, 300_000);
});
