import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { containersOfHost } from '../support/docker-cli.js';
import { eventually } from '../support/eventually.js';
import { BROKERS } from './support/broker-kind.js';
import { Deployment } from './support/deployment.js';

const run = promisify(execFile);

describe.each(BROKERS)('beside the %s broker a container engine that is out of order', (broker) => {
  let bed: Deployment;
  let actor: string;

  beforeAll(async () => {
    bed = await Deployment.start({ name: 'enginefault', broker, settings: { 'workers.lease_seconds': '5' } });
    actor = await bed.register({ max_workers: 2 });
    await bed.accepted(actor, 'true');
    await bed.ledger.settled();
  }, 180_000);
  afterEach(() => bed.engine.recover());
  afterAll(() => bed?.stop(), 60_000);

  it('and hangs: what ran is followed to its end, and what waited runs when it answers again', async () => {
    const long = await bed.accepted(actor, 'echo begun; sleep 3; echo ended; exit 4');
    await eventually('it runs', async () => (await bed.logs(actor, long)) === 'begun\n');
    bed.engine.hang();
    const waiting = [await bed.accepted(actor, 'echo first'), await bed.accepted(actor, 'echo second')];
    await eventually('the container has ended meanwhile', async () => {
      const { stdout } = await run('docker', [
        'ps',
        '-aq',
        '--filter',
        `name=abaco-${long}`,
        '--filter',
        'status=exited',
      ]);
      return stdout !== '';
    });
    bed.engine.recover();
    const records = await bed.settled();
    expect(records.get(long)).toMatchObject({ status: 'COMPLETE', exit_code: 4 });
    expect(await bed.logs(actor, long)).toBe('begun\nended\n');
    for (const id of waiting) expect(records.get(id)).toMatchObject({ status: 'COMPLETE', exit_code: 0 });
  }, 120_000);

  it('and is gone for a while: what ran is adopted, and what waited runs when it is back', async () => {
    const long = await bed.accepted(actor, 'echo begun; sleep 5; echo ended; exit 4');
    await eventually('it runs', async () => (await bed.logs(actor, long)) === 'begun\n');
    bed.engine.vanish();
    const waiting = await Promise.all(Array.from({ length: 5 }, (_, index) => bed.accepted(actor, `echo ${index}`)));
    await eventually('the outage is noticed', async () => !(await fetch(`${bed.server.url}/health/ready`)).ok);
    bed.engine.recover();
    const records = await bed.settled();
    expect(records.get(long)).toMatchObject({ status: 'COMPLETE', exit_code: 4 });
    expect(await bed.logs(actor, long)).toBe('begun\nended\n');
    for (const [index, id] of waiting.entries()) {
      expect(records.get(id)).toMatchObject({ status: 'COMPLETE', exit_code: 0 });
      expect(await bed.logs(actor, id)).toBe(`${index}\n`);
    }
  }, 120_000);

  it.each([
    ['create', 'layer does not exist', /^POST \/containers\/create$/],
    ['attach', 'layer does not exist', /^POST .*\/attach$/],
    // as one that is about to end says it
    ['start', 'grpc: the client connection is closing: context canceled', /^POST .*\/start$/],
  ])(
    'and answers 500 to %s, %s: the message is tried again',
    async (_what, message, fits) => {
      const before = bed.engine.seen.length;
      const well = bed.engine.answer(fits, 500, { message });
      const execution = await bed.accepted(actor, 'echo at last');
      await eventually('it was tried', () => bed.engine.seen.slice(before).some((line) => fits.test(line)));
      well();
      expect((await bed.settled()).get(execution)).toMatchObject({ status: 'COMPLETE', exit_code: 0 });
      expect(await bed.logs(actor, execution)).toBe('at last\n');
    },
    120_000,
  );

  it('and answers 500 for ever: the message ends in ERROR after so many attempts, and the actor goes on', async () => {
    const other = await bed.register({ max_workers: 1 });
    await bed.accepted(other, 'true');
    await bed.ledger.settled();
    const well = bed.engine.answer(/^POST .*\/attach$/, 500, { message: 'no space left on device' });
    const execution = await bed.accepted(other, 'echo never');
    await bed.reaches(other, execution, 'ERROR');
    well();
    const after = await bed.accepted(other, 'echo again');
    const records = await bed.settled();
    expect(records.get(execution)?.error).toMatch(/^Given up after 5 attempts/);
    expect(records.get(after)).toMatchObject({ status: 'COMPLETE', exit_code: 0 });
  }, 120_000);

  it('and answers 500 to the removal of a container: that is removed later, while its worker lives on', async () => {
    const removal = /^DELETE \/containers\//;
    const before = bed.engine.seen.length;
    const well = bed.engine.answer(removal, 500, { message: 'grpc: the client connection is closing' });
    const execution = await bed.accepted(actor, 'echo done');
    await bed.reaches(actor, execution, 'COMPLETE');
    await eventually('its removal was tried', () => bed.engine.seen.slice(before).some((line) => removal.test(line)));
    well();
    expect((await bed.settled()).get(execution)).toMatchObject({ status: 'COMPLETE', exit_code: 0 });
  }, 120_000);

  it('and restarts, which ends the containers: their executions are complete, and workers go on', async () => {
    const running = await Promise.all([1, 2].map(() => bed.accepted(actor, 'echo begun; sleep 60')));
    await eventually('both run', async () => {
      const logs = await Promise.all(running.map((id) => bed.logs(actor, id)));
      return logs.every((log) => log === 'begun\n');
    });
    bed.engine.vanish();
    await run('docker', ['kill', ...(await runningContainers())]);
    await eventually('the outage is noticed', async () => !(await fetch(`${bed.server.url}/health/ready`)).ok);
    const waiting = await bed.accepted(actor, 'echo after');
    bed.engine.recover();
    const records = await bed.settled();
    for (const id of running) expect(records.get(id)).toMatchObject({ status: 'COMPLETE', exit_code: 137 });
    expect(records.get(waiting)).toMatchObject({ status: 'COMPLETE', exit_code: 0 });
  }, 120_000);

  it('leaves nothing when the actors are deleted', async () => {
    await bed.emptied();
  }, 120_000);

  /** Sandboxes, too. */
  async function runningContainers(): Promise<string[]> {
    const { stdout } = await run('docker', ['ps', '-q']);
    const mine = await containersOfHost(bed.hostId);
    return mine.filter((id) => stdout.includes(id));
  }
});
