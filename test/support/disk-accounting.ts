import { mkdir, readFile, rmdir, stat, writeFile } from 'node:fs/promises';

/** Where control groups of version 1 count what goes to and comes from disks. */
const BLOCK_IO = '/sys/fs/cgroup/blkio';
/** Bytes per second: no limit at all. */
const UNLIMITED = 2 ** 40;

/**
 * Makes the kernel count what control groups write to the disk of a directory. Those of version 2 always do. Those of version 1 begin,
 * from Linux 6.10 on, when a limit is set for the disk the first time ("blk-throttle: delay initialization until configuration"), and
 * go on when it is gone. Needs root.
 * @throws Error when the directory lies on no disk, but in memory, for example
 */
export async function countDiskWrites(directory: string): Promise<void> {
  if (!(await exists(BLOCK_IO))) return;
  const disk = await diskOf(directory);
  const group = `${BLOCK_IO}/abaco-test-${process.pid}`;
  await mkdir(group);
  try {
    await writeFile(`${group}/blkio.throttle.write_bps_device`, `${disk} ${UNLIMITED}`);
    await writeFile(`${group}/blkio.throttle.write_bps_device`, `${disk} 0`);
  } finally {
    await rmdir(group);
  }
}

/** Major and minor number; of a partition, those of its disk. */
async function diskOf(directory: string): Promise<string> {
  const { dev } = await stat(directory);
  const device = `/sys/dev/block/${(dev >> 8) & 0xfff}:${(dev & 0xff) | ((dev >> 12) & 0xfff00)}`;
  if (!(await exists(device)))
    throw new Error(`${directory} lies on no disk: what is written there cannot be counted.`);
  const disk = (await exists(`${device}/partition`)) ? `${device}/..` : device;
  return (await readFile(`${disk}/dev`, 'utf8')).trim();
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
