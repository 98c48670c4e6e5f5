import { MalformedMessage } from './errors.js';

/** Descriptors of the sections of a message (AMQP 1.0 §3.2). */
export const SectionCode = { header: 0x70, properties: 0x73, footer: 0x78 } as const;

/** One section of an encoded message, with its descriptor: the bytes `[start, end)`. */
export interface Section {
  readonly code: number;
  readonly start: number;
  readonly end: number;
}

/**
 * Finds the sections of an encoded message (AMQP 1.0 §3.2) without decoding them, so that a message is stored and sent
 * on byte for byte, whatever types it is made of.
 * @throws MalformedMessage when the bytes do not end where the last section ends.
 */
export function messageSections(raw: Buffer): Section[] {
  const sections: Section[] = [];
  for (let start = 0; start < raw.length;) {
    if (raw[start] !== 0x00) throw new MalformedMessage(`no section begins at byte ${start}`);
    const descriptor = readUlong(raw, start + 1);
    if (!descriptor) throw new MalformedMessage(`no section descriptor at byte ${start + 1}`);
    const { code, next } = descriptor;
    if (code < SectionCode.header || code > SectionCode.footer) throw new MalformedMessage(`unknown section ${code}`);
    const end = valueEnd(raw, next);
    sections.push({ code, start, end });
    start = end;
  }
  return sections;
}

/** The bytes of the first section with this code. Undefined when there is none. */
export function sectionBytes(raw: Buffer, sections: readonly Section[], code: number): Buffer | undefined {
  const section = sections.find((candidate) => candidate.code === code);
  return section && raw.subarray(section.start, section.end);
}

/** Reads the ulong of a descriptor: ulong0, smallulong or ulong (§1.6.10). */
function readUlong(raw: Buffer, at: number): { code: number; next: number } | undefined {
  if (raw[at] === 0x53 && at + 2 <= raw.length) return { code: raw[at + 1]!, next: at + 2 };
  if (raw[at] === 0x80 && at + 9 <= raw.length) return { code: Number(raw.readBigUInt64BE(at + 1)), next: at + 9 };
  return undefined;
}

/** Where the value that begins at `at` ends; the high half of its constructor gives the width (§1.2). */
function valueEnd(raw: Buffer, at: number): number {
  const constructor = raw[at];
  if (constructor === undefined) throw new MalformedMessage('it ends within a section');
  const end = at + 1 + width(raw, at, constructor >> 4);
  if (end > raw.length) throw new MalformedMessage('it ends within a section');
  return end;
}

function width(raw: Buffer, at: number, category: number): number {
  switch (category) {
    case 0x4:
      return 0;
    case 0x5:
      return 1;
    case 0x6:
      return 2;
    case 0x7:
      return 4;
    case 0x8:
      return 8;
    case 0x9:
      return 16;
    case 0xa:
    case 0xc:
    case 0xe:
      if (at + 2 > raw.length) throw new MalformedMessage('it ends within a section');
      return 1 + raw[at + 1]!;
    case 0xb:
    case 0xd:
    case 0xf:
      if (at + 5 > raw.length) throw new MalformedMessage('it ends within a section');
      return 4 + raw.readUInt32BE(at + 1);
    default:
      throw new MalformedMessage(`no value begins at byte ${at}`);
  }
}
