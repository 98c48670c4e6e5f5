import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { canInstallPackages, installCommand, installPackages } from './debian.mjs';
import { Failure } from './failure.mjs';

const CANDIDATES = ['/bin/busybox', '/usr/bin/busybox', '/bin/busybox.static', '/usr/local/bin/busybox'];
/** Program header type of the dynamic loader's path (ELF-64, "PT_INTERP"): a static program has none. */
const PT_INTERP = 3;

/** Whether `file` is a 64-bit ELF program that needs no shared library, and so runs in an empty image. */
export function isStaticProgram(file) {
  if (!existsSync(file)) return false;
  const descriptor = openSync(file, 'r');
  try {
    const head = Buffer.alloc(4096);
    const length = readSync(descriptor, head, 0, head.length, 0);
    if (length < 64 || head.toString('latin1', 0, 4) !== '\x7fELF' || head[4] !== 2) return false;
    const [offset, size, count] = [Number(head.readBigUInt64LE(32)), head.readUInt16LE(54), head.readUInt16LE(56)];
    const headers = Array.from({ length: count }, (_, at) => offset + at * size).filter((at) => at + 4 <= length);
    return headers.every((at) => head.readUInt32LE(at) !== PT_INTERP);
  } finally {
    closeSync(descriptor);
  }
}

/** Finds a static busybox, or installs one where this process may. @returns its path */
export async function provideBusybox({ status, logFile }) {
  const found = () => CANDIDATES.find(isStaticProgram);
  if (!found() && canInstallPackages()) {
    status('installing the package busybox-static');
    await installPackages(['busybox-static'], logFile('apt-busybox'));
  }
  const file = found();
  if (!file) {
    throw new Failure('The sample actor is made of a static busybox, and there is none on this machine.', {
      remedy: `Install it, then run the same command again. On Debian or Ubuntu:\n  ${installCommand(['busybox-static'])}`,
    });
  }
  return file;
}
