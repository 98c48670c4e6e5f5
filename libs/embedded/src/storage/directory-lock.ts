import { closeSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import koffi from 'koffi';
import { DirectoryInUse } from './errors.js';

const LOCK_EXCLUSIVE = 2;
const LOCK_NON_BLOCKING = 4;

/**
 * Makes sure that one process at a time uses a directory, by flock(2) on a file in it. The kernel drops the lock when
 * its holder dies in whatever way, so there is no stale lock to recognise; the file itself stays.
 */
export class DirectoryLock {
  private constructor(private descriptor: number | undefined) {}

  /**
   * Creates the directory (mode 0700) when it is missing, and locks it.
   * @param name of the file in it
   * @throws DirectoryInUse when another holder is alive, and what the file system throws.
   */
  static acquire(directory: string, name: string): DirectoryLock {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const path = join(directory, name);
    const descriptor = openSync(path, 'a+', 0o600);
    if (flock(descriptor, LOCK_EXCLUSIVE | LOCK_NON_BLOCKING) !== 0) {
      closeSync(descriptor);
      const pid = Number.parseInt(readFileSync(path, 'utf8'), 10);
      throw new DirectoryInUse(directory, Number.isInteger(pid) ? pid : undefined);
    }
    ftruncateSync(descriptor);
    writeSync(descriptor, `${process.pid}\n`);
    return new DirectoryLock(descriptor);
  }

  /** Lets others have the directory. Calling it again does nothing. */
  release(): void {
    if (this.descriptor === undefined) return;
    closeSync(this.descriptor);
    this.descriptor = undefined;
  }
}

type Flock = (descriptor: number, operation: number) => number;

let bound: Flock | undefined;

function flock(descriptor: number, operation: number): number {
  // koffi.load(null) is the process itself, whose C library has flock() under every name that library may have.
  bound ??= koffi.load(null).func('int flock(int descriptor, int operation)') as unknown as Flock;
  return bound(descriptor, operation);
}
