import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Deployment } from '../faults/support/deployment.js';
import { capabilitiesOf, writeRuntime } from '../support/capabilities.js';
import { EngineProcess } from '../support/engine-process.js';
import { buildTestImages } from '../support/images.js';

/** What the process may do, the devices that it sees, and whether it can use the container engine. */
const LOOK = 'cat /proc/self/status; ls /dev | sed "s/^/device /"; [ -S /var/run/docker.sock ] && echo engine; true';

/** Devices that containers do not get. */
const PRIVATE = /^(kmsg$|loop)/;

const devicesOf = (seen: string): string[] => [...seen.matchAll(/^device (.*)$/gm)].map(([, name = '']) => name);

describe('a privileged actor', () => {
  let directory: string;
  let dockerd: EngineProcess;
  let bed: Deployment;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'abaco-runtime-'));
    await writeRuntime(join(directory, 'runtime'));
    dockerd = await EngineProcess.start({ runtime: join(directory, 'runtime') });
    await buildTestImages(dockerd.url);
    bed = await Deployment.start({
      name: 'privileged',
      broker: 'embedded',
      dockerd,
      settings: { 'workers.network': 'none' },
    });
  }, 240_000);
  afterAll(async () => {
    await bed?.stop();
    await dockerd?.remove();
    await rm(directory, { recursive: true, force: true });
  }, 120_000);

  const look = async (description: object): Promise<string> => {
    const actor = await bed.register(description);
    const execution = await bed.accepted(actor, LOOK);
    await bed.reaches(actor, execution, 'COMPLETE');
    expect(await bed.execution(actor, execution)).toMatchObject({ exit_code: 0 });
    return bed.logs(actor, execution);
  };

  it('has the rights of root, the devices of the machine and the container engine, and no other actor has', async () => {
    const [privileged, other] = [await look({ privileged: true }), await look({})];
    const [rights, fewer] = [privileged, other].map((seen) => capabilitiesOf(seen, 'CapEff')) as [string[], string[]];
    expect(rights).toEqual(
      expect.arrayContaining(['SYS_ADMIN', 'SYS_MODULE', 'SYS_RAWIO', 'NET_ADMIN', 'MKNOD', ...fewer]),
    );
    for (const right of ['SYS_ADMIN', 'SYS_MODULE', 'SYS_RAWIO', 'NET_ADMIN']) expect(fewer).not.toContain(right);
    const host = (await readdir('/dev')).filter((name) => PRIVATE.test(name));
    expect(devicesOf(privileged)).toEqual(expect.arrayContaining(host));
    expect(devicesOf(other).filter((name) => PRIVATE.test(name))).toEqual([]);
    expect([privileged, other].map((seen) => /^NoNewPrivs:\s*(\d)$/m.exec(seen)?.[1])).toEqual(['0', '1']);
    expect([privileged, other].map((seen) => seen.includes('\nengine\n'))).toEqual([true, false]);
  }, 240_000);
});
