import { resolve } from 'node:path';
import { DirectoryInUse, DirectoryLock } from '@abaco/embedded';
import { StartupError } from './startup-error.js';

/** `general.data_dir`, held by one server at a time. */
export class DataDirectory {
  private constructor(
    /** Absolute. */
    readonly path: string,
    private readonly lock: DirectoryLock,
  ) {}

  /**
   * Creates the directory (mode 0700) when it is missing, and takes hold of it.
   * @throws StartupError when another server holds it, or it cannot be written
   */
  static open(directory: string): DataDirectory {
    const result = DataDirectory.acquire(directory);
    if (result instanceof DirectoryInUse) throw inUse(result);
    return result;
  }

  /**
   * The same; undefined when another server holds it.
   * @throws StartupError when it cannot be written
   */
  static openIfFree(directory: string): DataDirectory | undefined {
    const result = DataDirectory.acquire(directory);
    return result instanceof DirectoryInUse ? undefined : result;
  }

  private static acquire(directory: string): DataDirectory | DirectoryInUse {
    const path = resolve(directory);
    try {
      return new DataDirectory(path, DirectoryLock.acquire(path, 'server.lock'));
    } catch (error) {
      if (error instanceof DirectoryInUse) return error;
      throw notWritable(path, error as NodeJS.ErrnoException);
    }
  }

  /** Lets another server have the directory. Calling it again does nothing. */
  close(): void {
    this.lock.release();
  }
}

function inUse({ directory, pid }: DirectoryInUse): StartupError {
  const holder = pid === undefined ? 'another process' : `process ${pid}`;
  return new StartupError(
    `The data directory ${directory} is in use by another server (${holder}). ` +
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
