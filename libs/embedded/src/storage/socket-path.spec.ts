import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { spawnSync } from 'node:child_process';
import { SocketUnusable } from './errors.js';
import { prepareSocketPath } from './socket-path.js';

describe('prepareSocketPath', () => {
  let directory: string;
  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'abaco-socket-'))));
  afterEach(() => rmSync(directory, { recursive: true }));

  it('accepts 107 bytes and refuses 108, counting bytes and not characters', async () => {
    const longest = `${directory}/`.padEnd(107, 'x');
    await expect(prepareSocketPath(longest)).resolves.toBeUndefined();
    await expect(prepareSocketPath(`${longest}x`)).rejects.toThrow(/has 108 bytes and the system allows 107/);
    await expect(prepareSocketPath(`${longest.slice(0, -1)}é`)).rejects.toThrow(SocketUnusable);
  });

  it('removes the socket of a dead process', async () => {
    const path = join(directory, 'stale.sock');
    const script = `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
    spawnSync(process.execPath, ['-e', script]);
    expect(existsSync(path)).toBe(true);
    await prepareSocketPath(path);
    expect(existsSync(path)).toBe(false);
  });

  it('refuses a socket that answers, and leaves it there', async () => {
    const path = join(directory, 'living.sock');
    const server = createServer().listen(path);
    await once(server, 'listening');
    await expect(prepareSocketPath(path)).rejects.toThrow(/another process listens there/);
    expect(existsSync(path)).toBe(true);
    server.close();
  });

  it('refuses to remove an ordinary file', async () => {
    const path = join(directory, 'file');
    writeFileSync(path, 'precious');
    await expect(prepareSocketPath(path)).rejects.toThrow(/not a socket/);
    expect(existsSync(path)).toBe(true);
  });
});
