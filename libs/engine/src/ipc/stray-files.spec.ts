import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { removeStrayFiles } from './stray-files.js';

describe('removeStrayFiles', () => {
  let root: string;
  let directories: { socketDir: string; fifoDir: string };
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'abaco-stray-'));
    directories = { socketDir: join(root, 's'), fifoDir: join(root, 'f') };
    for (const directory of Object.values(directories)) mkdirSync(directory);
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const make = (directory: string, worker: string, files: readonly string[], ageMs = 60_000): void => {
    const path = join(directory, worker);
    mkdirSync(path);
    for (const file of files) writeFileSync(join(path, file), '');
    const then = new Date(Date.now() - ageMs);
    for (const each of [...files.map((file) => join(path, file)), path]) utimesSync(each, then, then);
  };
  const sweep = (
    { executions = [], workers = [] }: { executions?: string[]; workers?: string[] } = {},
    underWay = new Map<string, string>(),
  ): Promise<string[]> =>
    removeStrayFiles(directories, underWay, () =>
      Promise.resolve({ executions: new Set(executions), workers: new Set(workers) }),
    );

  it('removes sockets and messages that no container uses', async () => {
    make(directories.socketDir, 'w1', ['e1.sock', 'e2.sock']);
    make(directories.fifoDir, 'w1', ['e1', 'e1.state', 'e2', 'e2.state']);
    const removed = await sweep({ executions: ['e2'], workers: ['w1'] });
    expect(readdirSync(join(directories.socketDir, 'w1'))).toEqual(['e2.sock']);
    expect(readdirSync(join(directories.fifoDir, 'w1'))).toEqual(['e2', 'e2.state']);
    expect(removed.map((path) => basename(path)).sort()).toEqual(['e1', 'e1.sock', 'e1.state']);
  });

  it('removes empty directories of workers without a container', async () => {
    make(directories.socketDir, 'gone', []);
    make(directories.socketDir, 'idle', []);
    await sweep({ workers: ['idle'] });
    expect(readdirSync(directories.socketDir)).toEqual(['idle']);
  });

  it('leaves what is being started, and what is young', async () => {
    make(directories.socketDir, 'w1', ['starting.sock']);
    make(directories.socketDir, 'w2', []);
    make(directories.socketDir, 'w3', ['young.sock'], 1_000);
    await sweep(
      {},
      new Map([
        ['starting', 'w1'],
        ['soon', 'w2'],
      ]),
    );
    expect(existsSync(join(directories.socketDir, 'w1', 'starting.sock'))).toBe(true);
    expect(existsSync(join(directories.socketDir, 'w2'))).toBe(true);
    expect(existsSync(join(directories.socketDir, 'w3', 'young.sock'))).toBe(true);
  });

  it('asks nobody when there is nothing', async () => {
    rmSync(directories.socketDir, { recursive: true });
    await removeStrayFiles(directories, new Map(), () => Promise.reject(new Error('asked')));
    expect(existsSync(directories.socketDir)).toBe(false);
  });
});
