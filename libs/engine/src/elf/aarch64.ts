import { CodeBuffer } from './code-buffer.js';

/** Register number 0 to 30; 31 is the stack pointer or zero, by instruction. */
const SP = 31;

/** The handful of AArch64 instructions that our tiny programs use (Arm ARM, chapter C6). */
export class Aarch64 {
  private readonly code = new CodeBuffer();

  /** Any 32-bit value: `movz`, and `movk` for the upper half when it is not zero. */
  set(register: number, value: number): this {
    this.code.word(0xd2800000 | ((value & 0xffff) << 5) | register);
    if (value >>> 16 !== 0) this.code.word(0xf2a00000 | ((value >>> 16) << 5) | register);
    return this;
  }

  move(to: number, from: number): this {
    this.code.word(0xaa0003e0 | (from << 16) | to);
    return this;
  }

  /** `to = left + right`. */
  add(to: number, left: number, right: number): this {
    this.code.word(0x8b000000 | (right << 16) | (left << 5) | to);
    return this;
  }

  /** `to = left - right`. */
  subtract(to: number, left: number, right: number): this {
    this.code.word(0xcb000000 | (right << 16) | (left << 5) | to);
    return this;
  }

  /** Lowers the stack pointer by `pages` × 4,096 bytes and copies it to `register`. */
  reserveStack(pages: number, register: number): this {
    this.code.word(0xd1400000 | (pages << 10) | (SP << 5) | SP);
    this.code.word(0x91000000 | (SP << 5) | register);
    return this;
  }

  address(register: number, label: string): this {
    this.code.reference(
      label,
      (distance) => 0x10000000 | ((distance & 3) << 29) | (((distance >> 2) & 0x7ffff) << 5) | register,
    );
    return this;
  }

  syscall(number: number): this {
    this.set(8, number).code.word(0xd4000001);
    return this;
  }

  jump(label: string): this {
    this.code.reference(label, (distance) => 0x14000000 | ((distance >> 2) & 0x3ffffff));
    return this;
  }

  jumpIfZero(register: number, label: string): this {
    this.code.reference(label, (distance) => 0xb4000000 | (((distance >> 2) & 0x7ffff) << 5) | register);
    return this;
  }

  /** Tests bit 63. */
  jumpIfNegative(register: number, label: string): this {
    this.code.reference(label, (distance) => 0xb7f80000 | (((distance >> 2) & 0x3fff) << 5) | register);
    return this;
  }

  label(name: string): this {
    this.code.label(name);
    return this;
  }

  data(bytes: Buffer): this {
    this.code.emit(...bytes);
    return this;
  }

  finish(): Buffer {
    return this.code.finish();
  }
}
