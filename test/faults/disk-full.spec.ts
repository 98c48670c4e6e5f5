import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventually } from '../support/eventually.js';
import { BROKERS } from './support/broker-kind.js';
import { Deployment } from './support/deployment.js';

const run = promisify(execFile);

/**
 * Store and server have one small disk together, and the embedded broker, if it is that. A RabbitMQ has its own disk: what becomes of
 * messages when that is full is in broker-full.spec.
 */
describe.each(BROKERS)('a server with the %s broker whose disk is full', (broker) => {
  let directory: string;
  let disk: string;
  let bed: Deployment;
  let actor: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'abaco-full-'));
    disk = join(directory, 'disk');
    await mkdir(disk);
    // tests of a full disk need a small one of their own: root may mount a tmpfs
    await run('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', disk]);
    bed = await Deployment.start({ name: 'full', broker, disk });
    actor = await bed.register({ max_workers: 2 });
  }, 180_000);

  afterAll(async () => {
    await bed?.stop();
    await run('umount', [disk]);
    await rm(directory, { recursive: true, force: true });
  }, 60_000);

  const readiness = async (): Promise<string> => (await bed.server.call('GET', '/health/ready')).message;

  it('refuses messages with 503, loses none it has accepted, and goes on when there is room again', async () => {
    const script = `echo ok # ${'x'.repeat(30_000)}`;
    const running = await bed.accepted(actor, 'echo begun; sleep 4; echo ended; exit 4');
    await eventually('it runs', async () => (await bed.logs(actor, running)) === 'begun\n');
    const filler = join(disk, 'filler');
    await fill(filler);
    const refused = await eventually('a message is refused', async () => {
      const answer = await bed.send(actor, script);
      return answer.status !== 200 && answer;
    });
    expect([refused.status, refused.retryAfter]).toEqual([503, '5']);
    expect(await readiness()).toMatch(/^Not ready: .*disk/);

    await rm(filler);
    await eventually('messages are accepted again', async () => (await bed.send(actor, script)).status === 200, 60_000);
    await eventually('the server is ready', async () => (await readiness()) === 'The service is ready.');
    const records = await bed.settled();
    expect(records.get(running)).toMatchObject({ status: 'COMPLETE', exit_code: 4, attempt: 1 });
    const accepted = [...records.values()].filter(({ id }) => bed.ledger.has(String(id)));
    for (const record of accepted) expect(record).toMatchObject({ status: 'COMPLETE' });
    await bed.emptied();
  }, 240_000);
});

/** Writes until the disk is full. */
async function fill(path: string): Promise<void> {
  const file = await open(path, 'w');
  try {
    for (const size of [1 << 20, 4096]) {
      const block = Buffer.alloc(size);
      for (let full = false; !full;) {
        full = await file.write(block).then(
          () => false,
          () => true,
        );
      }
    }
  } finally {
    await file.close();
  }
}
