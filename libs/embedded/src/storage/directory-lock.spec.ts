import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DirectoryLock } from './directory-lock.js';
import { DirectoryInUse } from './errors.js';

describe('DirectoryLock', () => {
  let directory: string;
  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'abaco-lock-'))));
  afterEach(() => rmSync(directory, { recursive: true }));

  it('refuses a second holder, and names the first', () => {
    const lock = DirectoryLock.acquire(directory, 'test.lock');
    expect(() => DirectoryLock.acquire(directory, 'test.lock')).toThrow(new DirectoryInUse(directory, process.pid));
    lock.release();
  });

  it('is free again after a release, which may be repeated', () => {
    const lock = DirectoryLock.acquire(directory, 'test.lock');
    lock.release();
    lock.release();
    const next = DirectoryLock.acquire(directory, 'test.lock');
    expect(() => DirectoryLock.acquire(directory, 'test.lock')).toThrow(DirectoryInUse);
    next.release();
  });

  it('creates the directory for its owner alone', () => {
    const missing = join(directory, 'a', 'b');
    DirectoryLock.acquire(missing, 'test.lock').release();
    expect(statSync(missing).mode & 0o777).toBe(0o700);
  });
});
