import { Aarch64 } from './aarch64.js';
import { staticElf, type Machine } from './static-elf.js';
import { X64 } from './x64.js';

/** A program that waits for ever without using CPU: the only process of a worker's sandbox. It ends by SIGKILL. */
export function pauseBinary(machine: Machine): Buffer {
  return staticElf(machine, PROGRAMS[machine]());
}

const PROGRAMS: Record<Machine, () => Buffer> = {
  // pause(2) = 34
  x86_64: () => new X64().label('wait').syscall(34).jump('always', 'wait').finish(),
  // AArch64 has no pause(2): ppoll(NULL, 0, NULL, NULL) = 73
  aarch64: () => new Aarch64().label('wait').set(0, 0).set(1, 0).set(2, 0).set(3, 0).syscall(73).jump('wait').finish(),
};
