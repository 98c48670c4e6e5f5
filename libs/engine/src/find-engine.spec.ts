import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findEngine } from './find-engine.js';

describe('findEngine', () => {
  it('takes the URL that is given, then DOCKER_HOST', async () => {
    expect(await findEngine({ DOCKER_HOST: 'tcp://b:1' }, 'tcp://a:1')).toBe('tcp://a:1');
    expect(await findEngine({ DOCKER_HOST: 'tcp://b:1' }, '')).toBe('tcp://b:1');
  });

  it('finds a socket that takes connections, or says what to install', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'abaco-find-'));
    mkdirSync(join(directory, 'podman'));
    const socket = join(directory, 'podman', 'podman.sock');
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(socket, resolve));
    const candidates = ['/nowhere/docker.sock', socket];
    expect(await findEngine({}, undefined, candidates)).toBe(`unix://${socket}`);
    await new Promise((resolve) => server.close(resolve));
    rmSync(directory, { recursive: true });
    await expect(findEngine({}, undefined, candidates)).rejects.toThrow(
      /Install Docker.*\/nowhere\/docker.sock: not there/,
    );
  });
});
