import { pauseBinary } from './pause.js';
import { resultsSenderBinary } from './results-sender.js';
import type { Machine } from './static-elf.js';

const PROGRAMS = [
  ['x86_64', 'pause', pauseBinary],
  ['aarch64', 'pause', pauseBinary],
  ['x86_64', 'results sender', resultsSenderBinary],
  ['aarch64', 'results sender', resultsSenderBinary],
] as const;

const HEADERS = 64 + 2 * 56;

describe('our programs', () => {
  it.each(PROGRAMS)('for %s: the %s is a valid static ELF of less than a page', (machine: Machine, _, make) => {
    const binary = make(machine);
    expect(binary.subarray(0, 7)).toEqual(Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]));
    expect(binary.readUInt16LE(16)).toBe(2);
    expect(binary.readUInt16LE(18)).toBe(machine === 'x86_64' ? 62 : 183);
    expect(binary.length).toBeLessThan(4096);
    // the first program header loads the whole file, readable and executable, not writable; entry lies behind the headers
    expect([binary.readUInt32LE(64), binary.readUInt32LE(68)]).toEqual([1, 5]);
    expect(binary.readBigUInt64LE(64 + 32)).toBe(BigInt(binary.length));
    expect(binary.readBigUInt64LE(24)).toBe(binary.readBigUInt64LE(64 + 16) + BigInt(HEADERS));
  });

  it('encode as an assembler encodes them', () => {
    const code = (binary: Buffer): string => binary.subarray(HEADERS).toString('hex');
    // mov eax, 34; syscall; jmp .-7
    expect(code(pauseBinary('x86_64'))).toBe('b8220000000f05e9f4ffffff');
    // mov x0..x3, #0; mov x8, #73; svc #0; b .-24
    expect(code(pauseBinary('aarch64'))).toBe('000080d2010080d2020080d2030080d2280980d2010000d4faffff17');
  });
});
