interface Fixup {
  readonly at: number;
  readonly label: string;
  readonly encode: (distance: number) => number;
}

/** Machine code under construction: bytes, labels, and places whose value is known when all labels are. */
export class CodeBuffer {
  private readonly bytes: number[] = [];
  private readonly labels = new Map<string, number>();
  private readonly fixups: Fixup[] = [];

  emit(...bytes: number[]): this {
    this.bytes.push(...bytes);
    return this;
  }

  /** A 32-bit little-endian value. */
  word(value: number): this {
    return this.emit(value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, (value >>> 24) & 0xff);
  }

  /** Names the current position. */
  label(name: string): this {
    this.labels.set(name, this.bytes.length);
    return this;
  }

  /** A 32-bit value that depends on how far `label` lies from the first of its own four bytes. */
  reference(label: string, encode: (distance: number) => number): this {
    this.fixups.push({ at: this.bytes.length, label, encode });
    return this.word(0);
  }

  /** The finished code. @throws Error when a referenced label was never placed. */
  finish(): Buffer {
    const code = Buffer.from(this.bytes);
    for (const { at, label, encode } of this.fixups) {
      const target = this.labels.get(label);
      if (target === undefined) throw new Error(`The label ${label} is referenced but not placed.`);
      code.writeUInt32LE(encode(target - at) >>> 0, at);
    }
    return code;
  }
}
