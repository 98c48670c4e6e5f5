import { closeSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join, resolve } from 'node:path';
import koffi from 'koffi';
import { StartupError } from './startup-error.js';

/* flock(2) */
const LOCK_EXCLUSIVE = 2;
const LOCK_NON_BLOCKING = 4;

/**
 * `general.data_dir`, held by one server at a time. The hold is a flock(2) on a file in it, which the kernel drops when the
 * process ends in whatever way; the file itself stays.
 */
export class DataDirectory {
  private constructor(
    /** Absolute. */
    readonly path: string,
    private descriptor: number | undefined,
  ) {}

  /**
   * Creates the directory (mode 0700) when it is missing, and takes hold of it.
   * @throws StartupError when another server holds it, or it cannot be written
   */
  static open(directory: string): DataDirectory {
    const path = resolve(directory);
    const lockFile = join(path, 'server.lock');
    try {
      mkdirSync(path, { recursive: true, mode: 0o700 });
      const descriptor = openSync(lockFile, 'a+', 0o600);
      if (flock(descriptor, LOCK_EXCLUSIVE | LOCK_NON_BLOCKING) !== 0) {
        closeSync(descriptor);
        throw inUse(path, readFileSync(lockFile, 'utf8').trim());
      }
      ftruncateSync(descriptor);
      writeSync(descriptor, `${process.pid}\n`);
      return new DataDirectory(path, descriptor);
    } catch (error) {
      throw error instanceof StartupError ? error : notWritable(path, error as NodeJS.ErrnoException);
    }
  }

  /** Lets another server have the directory. Calling it again does nothing. */
  close(): void {
    if (this.descriptor === undefined) return;
    closeSync(this.descriptor);
    this.descriptor = undefined;
  }
}

function inUse(path: string, pid: string): StartupError {
  const holder = /^[0-9]+$/.test(pid) ? `process ${pid}` : 'another process';
  return new StartupError(
    `The data directory ${path} is in use by another server (${holder}). ` +
      'Stop that server, or give this one another general.data_dir.',
  );
}

function notWritable(path: string, error: NodeJS.ErrnoException): StartupError {
  const remedy =
    error.code === 'ENOSPC'
      ? 'The disk is full: free some space, or set general.data_dir to a directory on another disk.'
      : 'Make it writable for this user, or set general.data_dir to another directory.';
  return new StartupError(`The data directory ${path} cannot be written (${error.message}). ${remedy}`, {
    cause: error,
  });
}

let bound: ((descriptor: number, operation: number) => number) | undefined;

function flock(descriptor: number, operation: number): number {
  // koffi.load(null) is the process itself, whose C library has flock() under every name that library may have.
  bound ??= koffi.load(null).func('int flock(int descriptor, int operation)') as unknown as NonNullable<typeof bound>;
  return bound(descriptor, operation);
}
