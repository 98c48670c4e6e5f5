import type { Binary, BSONRegExp, BSONSymbol, Code, Timestamp } from 'bson';
import { CommandFailure } from '../failure.js';
import { exactRemainder, orderedDouble } from './number-key.js';
import { type Doc, fieldsOf, isObjectId, type Numeric, Rank, rankOf } from './values.js';

/** LMDB accepts keys of 1978 bytes with 4 KiB pages. */
const maxKeyBytes = 1978;

/**
 * Writes BSON values so that the bytes compare (memcmp) as MongoDB compares the values. Every value is self-delimiting:
 * no encoding is a prefix of another one, so values can follow each other in compound keys and be inverted for
 * descending fields.
 *
 * Layout: a type byte (`Rank`), then
 * - number: the nearest double, sign-flipped, big-endian, then a remainder for what a double cannot hold;
 * - string, code: UTF-8 with 00 as 00 FF, ended by 00 00;
 * - object: per field type byte, name, 00, rest of the value; ended by 00. Array: the values; ended by 00;
 * - binary: length, subtype, bytes; ObjectId: 12 bytes; boolean: 1 byte; date, timestamp: 8 bytes big-endian.
 */
export class KeyWriter {
  private readonly bytes = Buffer.allocUnsafe(8192);
  private length = 0;

  reset(): this {
    this.length = 0;
    return this;
  }

  /** @returns a copy of what has been written. @throws CommandFailure KeyTooLong */
  finish(): Buffer {
    this.need(0);
    return Buffer.from(this.bytes.subarray(0, this.length));
  }

  uint32(value: number): this {
    this.need(4);
    this.length = this.bytes.writeUInt32BE(value, this.length);
    return this;
  }

  /** Record ids: integers from 1 up to 2^48. */
  uint48(value: number): this {
    this.need(6);
    this.length = this.bytes.writeUIntBE(value, this.length, 6);
    return this;
  }

  byte(value: number): this {
    this.need(1);
    this.bytes[this.length++] = value;
    return this;
  }

  raw(bytes: Uint8Array): this {
    this.need(bytes.length);
    this.bytes.set(bytes, this.length);
    this.length += bytes.length;
    return this;
  }

  /** @param descending the bytes are inverted, which reverses the order. */
  value(value: unknown, descending = false): this {
    const start = this.length;
    const rank = rankOf(value);
    this.byte(rank);
    this.body(rank, value);
    if (descending) this.invert(start);
    return this;
  }

  private body(rank: Rank, value: unknown): void {
    switch (rank) {
      case Rank.number:
        return this.number(value as Numeric | number);
      case Rank.string:
        return this.string(typeof value === 'string' ? value : (value as BSONSymbol).value);
      case Rank.object:
        return this.object(value as Doc);
      case Rank.array:
        for (const item of value as unknown[]) this.value(item);
        this.byte(0);
        return;
      case Rank.binary:
        return this.binary(value as Binary);
      case Rank.objectId:
        if (isObjectId(value)) this.raw(value.id);
        return;
      case Rank.boolean:
        this.byte(value === true ? 1 : 0);
        return;
      case Rank.date:
        return this.int64(BigInt((value as Date).getTime()));
      case Rank.timestamp: {
        const { t, i } = value as Timestamp;
        this.uint32(t).uint32(i);
        return;
      }
      case Rank.regex: {
        const { pattern, options } = value as BSONRegExp;
        this.string(pattern);
        return this.string(options);
      }
      case Rank.code:
        return this.string((value as Code).code);
      case Rank.codeWithScope: {
        const { code, scope } = value as Code;
        this.string(code);
        return this.object(scope ?? {});
      }
      case Rank.minKey:
      case Rank.undefined:
      case Rank.null:
      case Rank.maxKey:
        return;
    }
  }

  private number(value: Numeric | number): void {
    this.need(8);
    orderedDouble(value, this.bytes, this.length);
    this.length += 8;
    this.raw(exactRemainder(value));
  }

  private int64(value: bigint): void {
    this.need(8);
    this.length = this.bytes.writeBigUInt64BE(BigInt.asUintN(64, value) ^ (1n << 63n), this.length);
  }

  private string(text: string): void {
    // UTF-8 takes at most 3 bytes for each UTF-16 unit; only short strings skip the exact count.
    this.need(text.length * 3 > maxKeyBytes ? Buffer.byteLength(text) : text.length);
    const start = this.length;
    this.length += this.bytes.write(text, this.length, 'utf8');
    if (text.includes('\0')) this.escapeZeros(start);
    this.byte(0).byte(0);
  }

  private escapeZeros(start: number): void {
    const plain = Buffer.from(this.bytes.subarray(start, this.length));
    this.length = start;
    for (const byte of plain) {
      this.byte(byte);
      if (byte === 0) this.byte(0xff);
    }
  }

  private object(value: Doc): void {
    for (const [name, field] of Object.entries(fieldsOf(value))) {
      const rank = rankOf(field);
      this.byte(rank);
      this.raw(Buffer.from(name, 'utf8')).byte(0);
      this.body(rank, field);
    }
    this.byte(0);
  }

  private binary(value: Binary): void {
    this.uint32(value.position).byte(value.sub_type);
    this.raw(value.buffer.subarray(0, value.position));
  }

  private invert(start: number): void {
    for (let at = start; at < this.length; at++) this.bytes[at] = 0xff - (this.bytes[at] ?? 0);
  }

  private need(more: number): void {
    if (this.length + more <= maxKeyBytes) return;
    throw new CommandFailure(
      17280,
      `An indexed value is too long: index keys of the embedded database hold at most ${maxKeyBytes} bytes`,
    );
  }
}
