import { readFileSync } from 'node:fs';

/**
 * Bytes that a sandbox has received on its network since it began. `undefined` when the process is not visible here, for example
 * because the engine runs in another PID namespace.
 * @param pid of the sandbox's process, as the engine sees it
 * @param containerId tells the process from another one with that number
 */
export function receivedBytesOf(pid: number, containerId: string, proc = '/proc'): number | undefined {
  try {
    if (!readFileSync(`${proc}/${pid}/cgroup`, 'utf8').includes(containerId)) return undefined;
    return receivedBytes(readFileSync(`${proc}/${pid}/net/dev`, 'utf8'));
  } catch {
    return undefined; // no such process here, or not ours to read
  }
}

/** Sum over all interfaces but loopback: the first number after the interface's name (proc(5), `/proc/net/dev`). */
export function receivedBytes(table: string): number {
  let sum = 0;
  for (const [, name, received] of table.matchAll(/^\s*([^\s:]+):\s*(\d+)/gm)) {
    if (name !== 'lo') sum += Number(received);
  }
  return sum;
}
