import { rmdirSync } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { IpcDirectories } from './execution-files.js';

/** Younger files may belong to a start of another process whose container is about to be there, milliseconds. */
const MIN_AGE_MS = 5_000;

/** Whose files stay, as their names: execution ids, and worker ids for directories. */
export interface FileOwners {
  readonly executions: ReadonlySet<string>;
  readonly workers: ReadonlySet<string>;
}

/** Starts under way in this process: execution id to worker id. Entered before the first file is made. */
export type StartsUnderWay = ReadonlyMap<string, string>;

/**
 * Removes sockets, binary messages and states without a container, and the empty directories of workers that are gone: a process that
 * is killed between making the files and the container leaves nothing else that would tell of them.
 * @returns the paths of the files that were removed
 * @param owners asked for once the files are listed: whose container was there, or is to come, at that moment
 */
export async function removeStrayFiles(
  directories: IpcDirectories,
  underWay: StartsUnderWay,
  owners: () => Promise<FileOwners>,
): Promise<string[]> {
  const startsThen = new Set(underWay.keys());
  const found = (await Promise.all([directories.socketDir, directories.fifoDir].map(workerDirectories))).flat();
  if (found.length === 0) return [];
  const { executions, workers } = await owners();
  const old = Date.now() - MIN_AGE_MS;
  const removed: string[] = [];
  for (const { path, worker, files } of found) {
    for (const file of files) {
      const execution = file.replace(/\.(sock|state)$/, '');
      if (executions.has(execution) || startsThen.has(execution)) continue;
      if (!(await isOlder(join(path, file), old))) continue;
      await rm(join(path, file), { force: true });
      removed.push(join(path, file));
    }
    if (!workers.has(worker) && (await isOlder(path, old))) removeIfEmpty(path, worker, underWay);
  }
  return removed;
}

async function workerDirectories(directory: string): Promise<{ path: string; worker: string; files: string[] }[]> {
  const workers = await entriesOf(directory);
  return Promise.all(
    workers.map(async (worker) => {
      const path = join(directory, worker);
      return { path, worker, files: await entriesOf(path) };
    }),
  );
}

async function entriesOf(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return []; // gone meanwhile, or not ours
    throw error;
  }
}

async function isOlder(path: string, than: number): Promise<boolean> {
  try {
    return (await stat(path)).mtimeMs < than;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false; // gone meanwhile
    throw error;
  }
}

/** Synchronous: nothing comes between the look at the starts and the removal, so no start loses the directory it has just made. */
function removeIfEmpty(path: string, worker: string, underWay: StartsUnderWay): void {
  for (const starting of underWay.values()) if (starting === worker) return;
  try {
    rmdirSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'ENOTEMPTY' && code !== 'ENOTDIR') throw error;
  }
}
