import { closeSync, fsyncSync, linkSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a file that its owner alone can read, durable before it returns. When there is such a file already, it stays.
 * @throws what the file system says
 */
export function createPrivateFile(path: string, text: string): void {
  const draft = `${path}.${process.pid}.new`;
  try {
    writeDurably(draft, text);
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    removeIfThere(draft);
  }
  sync(dirname(path));
}

function writeDurably(path: string, text: string): void {
  removeIfThere(path); // of a process that had the same id and crashed
  const file = openSync(path, 'wx', 0o600);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function removeIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

function sync(directory: string): void {
  const handle = openSync(directory, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
