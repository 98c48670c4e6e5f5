import { readFileSync } from 'node:fs';

/** Bytes on a sandbox's network since it began. */
export interface NetworkBytes {
  readonly receivedBytes: number;
  readonly sentBytes: number;
}

/**
 * `undefined` when the process is not visible here, for example because the engine runs in another PID namespace.
 * @param pid of the sandbox's process, as the engine sees it
 * @param containerId tells the process from another one with that number
 */
export function networkBytesOf(pid: number, containerId: string, proc = '/proc'): NetworkBytes | undefined {
  try {
    if (!readFileSync(`${proc}/${pid}/cgroup`, 'utf8').includes(containerId)) return undefined;
    return networkBytes(readFileSync(`${proc}/${pid}/net/dev`, 'utf8'));
  } catch {
    return undefined; // no such process here, or not ours to read
  }
}

/** Sums over all interfaces but loopback: the first and the ninth number after the interface's name (proc(5), `/proc/net/dev`). */
export function networkBytes(table: string): NetworkBytes {
  let [receivedBytes, sentBytes] = [0, 0];
  for (const [, name, received, sent] of table.matchAll(/^\s*([^\s:]+):\s*(\d+)(?:\s+\d+){7}\s+(\d+)/gm)) {
    if (name === 'lo') continue;
    receivedBytes += Number(received);
    sentBytes += Number(sent);
  }
  return { receivedBytes, sentBytes };
}
