import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ServerProcess } from '../support/server-process.js';

const run = promisify(execFile);

/** Every start that cannot succeed ends at once, with one clear error that names the way out, and exit code 1. */
describe('a server that cannot start', () => {
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'abaco-start-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  const failure = async (settings: Record<string, string>, port?: number): Promise<string> => {
    const server = await ServerProcess.spawn({ 'general.data_dir': directory, ...settings }, port);
    expect(await server.ended()).toBe(1);
    expect(server.log).not.toMatch(/^\s+at /m);
    return server.log;
  };

  it('says that no container engine answers', async () => {
    const log = await failure({ 'docker.dd': `unix://${directory}/none.sock` });
    expect(log).toContain(`${directory}/none.sock`);
    expect(log).toMatch(/docker\.dd|DOCKER_HOST/);
  });

  it('names the option that is wrong', async () => {
    const log = await failure({ 'web.case': 'kebab' });
    expect(log).toContain('web.case');
    expect(log).toContain('kebab');
    expect(log).toMatch(/snake/);
  });

  it('names an option that does not exist', async () => {
    const log = await failure({ 'web.prot': '8000' });
    expect(log).toMatch(/web\.prot/i);
    expect(log).toContain('web.port');
  });

  it('says which port is in use', async () => {
    const other = createServer();
    other.listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    try {
      const log = await failure({}, port);
      expect(log).toContain(String(port));
      expect(log).toContain('web.port');
    } finally {
      other.close();
    }
  });

  it('says that the data directory cannot be used', async () => {
    const file = join(directory, 'a-file');
    await writeFile(file, '');
    const log = await failure({ 'general.data_dir': join(file, 'data') });
    expect(log).toContain('general.data_dir');
  });

  it('says that the disk is full', async () => {
    const disk = join(directory, 'disk');
    await mkdir(disk);
    // tests of a full disk need a small one of their own: root may mount a tmpfs
    await run('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', disk]);
    try {
      await run('dd', ['if=/dev/zero', `of=${disk}/filler`, 'bs=1k', 'count=256']).catch(() => undefined);
      const log = await failure({ 'general.data_dir': join(disk, 'data') });
      expect(log).toMatch(/disk is full|no space/i);
    } finally {
      await run('umount', [disk]);
    }
  });

  it('refuses a data directory that another server uses', async () => {
    const first = await ServerProcess.start({ 'general.data_dir': directory });
    try {
      const log = await failure({});
      expect(log).toContain(directory);
      expect(log).toMatch(/in use|another/i);
    } finally {
      await first.stop();
    }
  });
});
