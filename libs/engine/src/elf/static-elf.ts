/** Processor architectures for which we can make programs, in the words of `uname -m`. */
export type Machine = 'x86_64' | 'aarch64';

/** `e_machine` (ELF specification and processor supplements). */
const E_MACHINE: Record<Machine, number> = { x86_64: 62, aarch64: 183 };

const HEADER_SIZE = 64;
const PROGRAM_HEADER_SIZE = 56;
const BASE = 0x400000;
/** AArch64 kernels may use pages of 64 KiB. */
const ALIGNMENT = 0x10000;
const PT_LOAD = 1;
const PT_GNU_STACK = 0x6474e551;
const [EXECUTE, WRITE, READ] = [1, 2, 4];

/** A static 64-bit Linux executable that begins with the first byte of `code`. The code must be position-independent. */
export function staticElf(machine: Machine, code: Buffer): Buffer {
  const codeOffset = HEADER_SIZE + 2 * PROGRAM_HEADER_SIZE;
  const size = codeOffset + code.length;
  const header = Buffer.alloc(HEADER_SIZE);
  // e_ident: magic, 64-bit, little-endian, version 1, System V
  header.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0]);
  header.writeUInt16LE(2, 16); // e_type: executable
  header.writeUInt16LE(E_MACHINE[machine], 18);
  header.writeUInt32LE(1, 20); // e_version
  header.writeBigUInt64LE(BigInt(BASE + codeOffset), 24); // e_entry
  header.writeBigUInt64LE(BigInt(HEADER_SIZE), 32); // e_phoff
  header.writeUInt16LE(HEADER_SIZE, 52); // e_ehsize
  header.writeUInt16LE(PROGRAM_HEADER_SIZE, 54); // e_phentsize
  header.writeUInt16LE(2, 56); // e_phnum
  header.writeUInt16LE(64, 58); // e_shentsize: no sections, but some readers check it
  const load = programHeader(PT_LOAD, READ | EXECUTE, BASE, size, ALIGNMENT);
  const stack = programHeader(PT_GNU_STACK, READ | WRITE, 0, 0, 16);
  return Buffer.concat([header, load, stack, code]);
}

function programHeader(type: number, flags: number, address: number, size: number, alignment: number): Buffer {
  const header = Buffer.alloc(PROGRAM_HEADER_SIZE);
  header.writeUInt32LE(type, 0);
  header.writeUInt32LE(flags, 4);
  header.writeBigUInt64LE(BigInt(address), 16);
  header.writeBigUInt64LE(BigInt(address), 24);
  header.writeBigUInt64LE(BigInt(size), 32);
  header.writeBigUInt64LE(BigInt(size), 40);
  header.writeBigUInt64LE(BigInt(alignment), 48);
  return header;
}
