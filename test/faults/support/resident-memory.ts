import { readFile } from 'node:fs/promises';

/** Bytes of a process's own memory (RssAnon of proc(5)): without the pages of files, which the kernel takes back when it needs room. */
export async function residentMemory(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^RssAnon:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}
