import { CodeBuffer } from './code-buffer.js';

/** Register numbers as the instruction encoding has them (Intel SDM volume 2, table 3-1). */
const REGISTERS = { rax: 0, rdx: 2, rsp: 4, rsi: 6, rdi: 7, r8: 8, r9: 9, r10: 10, r12: 12, r13: 13 } as const;
export type X64Register = keyof typeof REGISTERS;

const CONDITIONS = { zero: 0x84, negative: 0x88 } as const;

/** The handful of x86-64 instructions that our tiny programs use. */
export class X64 {
  private readonly code = new CodeBuffer();

  /** 32-bit immediate, zero-extended to 64 bits. */
  set(register: X64Register, value: number): this {
    const number = REGISTERS[register];
    if (number >= 8) this.code.emit(0x41);
    this.code.emit(0xb8 + (number & 7)).word(value);
    return this;
  }

  move(to: X64Register, from: X64Register): this {
    return this.registers(0x89, to, from);
  }

  add(to: X64Register, from: X64Register): this {
    return this.registers(0x01, to, from);
  }

  /** Sets the flags: `jump('zero', ...)` may follow. */
  subtract(to: X64Register, from: X64Register): this {
    return this.registers(0x29, to, from);
  }

  /** Sets the flags by the value of the register. */
  test(register: X64Register): this {
    return this.registers(0x85, register, register);
  }

  reserveStack(bytes: number): this {
    this.code.emit(0x48, 0x81, 0xec).word(bytes);
    return this;
  }

  address(register: X64Register, label: string): this {
    const number = REGISTERS[register];
    this.code.emit(0x48 | ((number >> 3) << 2), 0x8d, ((number & 7) << 3) | 5).reference(label, relative);
    return this;
  }

  syscall(number: number): this {
    this.set('rax', number).code.emit(0x0f, 0x05);
    return this;
  }

  jump(condition: keyof typeof CONDITIONS | 'always', label: string): this {
    if (condition === 'always') this.code.emit(0xe9);
    else this.code.emit(0x0f, CONDITIONS[condition]);
    this.code.reference(label, relative);
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

  private registers(opcode: number, to: X64Register, from: X64Register): this {
    const [target, source] = [REGISTERS[to], REGISTERS[from]];
    this.code.emit(0x48 | ((source >> 3) << 2) | (target >> 3), opcode, 0xc0 | ((source & 7) << 3) | (target & 7));
    return this;
  }
}

/** Displacements count from the end of their own four bytes, which end the instruction. */
const relative = (distance: number): number => distance - 4;
