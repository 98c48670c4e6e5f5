import type { RootDatabase } from 'lmdb';
import type { Durability } from './durability.js';
import { GroupCommit } from './group-commit.js';

/** An environment whose disk takes as long as the test wants. */
class SlowDisk {
  flush!: () => void;
  readonly flushed = new Promise<void>((resolve) => (this.flush = resolve));
  readonly transaction = (run: () => void): Promise<void> => {
    run();
    return Promise.resolve();
  };

  commits(durability: Durability): GroupCommit {
    return new GroupCommit(this as unknown as RootDatabase, durability);
  }
}

const settled = async (promise: Promise<unknown>): Promise<boolean> => {
  const turn = new Promise<false>((resolve) => setImmediate(() => setImmediate(() => resolve(false))));
  return Promise.race([promise.then(() => true as const), turn]);
};

describe('GroupCommit', () => {
  it('acknowledges a write when it is on the disk', async () => {
    const disk = new SlowDisk();
    const write = disk.commits('disk').write(() => 7);
    expect(await settled(write)).toBe(false);
    disk.flush();
    expect(await write).toBe(7);
  });

  it('acknowledges a write that need not be on the disk when it is committed, and others of the same commit later', async () => {
    const disk = new SlowDisk();
    const commits = disk.commits('disk');
    const durable = commits.write(() => 'durable');
    const quick = commits.write(() => 'quick', 'process');
    expect(await quick).toBe('quick');
    expect(await settled(durable)).toBe(false);
    disk.flush();
    expect(await durable).toBe('durable');
  });

  it('promises no more than the environment does', async () => {
    const commits = new SlowDisk().commits('process');
    expect(await commits.write(() => 'quick', 'disk')).toBe('quick');
  });
});
