import { CommandFailure } from '../failure.js';

/** Opcodes of the MongoDB wire protocol that drivers of today send. */
export const opReply = 1;
export const opQuery = 2004;
export const opMsg = 2013;

/** Bytes of the largest message, header included (`maxMessageSizeBytes` in `hello`). */
export const maxMessageBytes = 48_000_000;

const headerBytes = 16;
const checksumPresent = 1;
const moreToCome = 2;
/** Bits 0 to 15 are required: unknown ones are an error. */
const knownRequiredBits = checksumPresent | moreToCome;

/** A request as it lies in its message. */
export interface Request {
  readonly requestId: number;
  readonly opcode: typeof opMsg | typeof opQuery;
  /** BSON of the command. */
  readonly body: Buffer;
  /** BSON documents of kind 1 sections, by the name of the field they stand for. */
  readonly sequences: ReadonlyMap<string, readonly Buffer[]>;
  /** OP_QUERY names the database in its collection name, OP_MSG in `$db`. */
  readonly database: string | undefined;
  /** The client reads no reply (`moreToCome`: writes with w: 0). */
  readonly silent: boolean;
}

/** Cuts a byte stream into messages. */
export class MessageReader {
  private chunks: Buffer[] = [];
  private length = 0;

  /** @returns the messages that are complete now. @throws CommandFailure when the length in a header is not possible. */
  push(chunk: Buffer): Buffer[] {
    this.chunks.push(chunk);
    this.length += chunk.length;
    const messages: Buffer[] = [];
    for (;;) {
      const size = this.nextLength();
      if (size === undefined || this.length < size) return messages;
      const bytes = this.join();
      messages.push(bytes.subarray(0, size));
      this.chunks = bytes.length > size ? [bytes.subarray(size)] : [];
      this.length = bytes.length - size;
    }
  }

  private nextLength(): number | undefined {
    if (this.length < 4) return undefined;
    const [first] = this.chunks;
    const size = (first && first.length >= 4 ? first : this.join()).readInt32LE(0);
    if (size < headerBytes || size > maxMessageBytes) throw new CommandFailure(16, `Invalid message size ${size}`);
    return size;
  }

  private join(): Buffer {
    const [first, second] = this.chunks;
    if (first && !second) return first;
    const bytes = Buffer.concat(this.chunks);
    this.chunks = [bytes];
    return bytes;
  }
}

/** @throws CommandFailure for opcodes that are not served and for malformed messages. */
export function parseRequest(message: Buffer): Request {
  const requestId = message.readInt32LE(4);
  const opcode = message.readInt32LE(12);
  try {
    if (opcode === opMsg) return parseMsg(message, requestId);
    if (opcode === opQuery) return parseQuery(message, requestId);
  } catch (error) {
    if (error instanceof CommandFailure) throw error;
    // Only reads beyond the end of the message are left.
    throw new CommandFailure(9, 'The message is shorter than its parts');
  }
  throw new CommandFailure(115, `Opcode ${opcode} is not supported`);
}

function parseMsg(message: Buffer, requestId: number): Request {
  const flags = message.readUInt32LE(16);
  if (flags & 0xffff & ~knownRequiredBits)
    throw new CommandFailure(9, `Message contains illegal flags value: ${flags}`);
  // The checksum (CRC-32C) guards against faults of a network; a Unix socket has none.
  const end = flags & checksumPresent ? message.length - 4 : message.length;
  const sequences = new Map<string, Buffer[]>();
  let body: Buffer | undefined;
  for (let at = 20; at < end;) {
    const kind = message[at++];
    const size = message.readInt32LE(at);
    if (size < 5 || at + size > end) throw new CommandFailure(9, 'A section is longer than its message');
    const section = message.subarray(at, at + size);
    at += size;
    if (kind === 0 && !body) body = section;
    else if (kind === 1) readSequence(section, sequences);
    else throw new CommandFailure(9, `Message has an unexpected section of kind ${kind}`);
  }
  if (!body) throw new CommandFailure(9, 'OP_MSG messages must have a body section');
  return { requestId, opcode: opMsg, body, sequences, database: undefined, silent: (flags & moreToCome) !== 0 };
}

function readSequence(section: Buffer, into: Map<string, Buffer[]>): void {
  const nameEnd = section.indexOf(0, 4);
  if (nameEnd < 0) throw new CommandFailure(9, 'A document sequence has no name');
  const documents: Buffer[] = [];
  for (let at = nameEnd + 1; at < section.length;) {
    const size = section.readInt32LE(at);
    if (size < 5 || at + size > section.length) throw new CommandFailure(9, 'A document is longer than its sequence');
    documents.push(section.subarray(at, at + size));
    at += size;
  }
  into.set(section.toString('utf8', 4, nameEnd), documents);
}

/** Drivers send OP_QUERY on `<database>.$cmd` for their first `hello` only. */
function parseQuery(message: Buffer, requestId: number): Request {
  const nameEnd = message.indexOf(0, 20);
  const namespace = message.toString('utf8', 20, nameEnd);
  const at = nameEnd + 1 + 8;
  if (nameEnd < 0 || !namespace.endsWith('.$cmd'))
    throw new CommandFailure(115, 'OP_QUERY is only supported for commands');
  const body = message.subarray(at, at + message.readInt32LE(at));
  return {
    requestId,
    opcode: opQuery,
    body,
    sequences: new Map(),
    database: namespace.slice(0, -'.$cmd'.length),
    silent: false,
  };
}

/** The message that answers a request with one BSON document. */
export function encodeReply(
  request: Pick<Request, 'requestId' | 'opcode'>,
  replyId: number,
  document: Uint8Array,
): Buffer {
  const isMsg = request.opcode === opMsg;
  const prefix = isMsg ? headerBytes + 5 : headerBytes + 20;
  const message = Buffer.alloc(prefix + document.length);
  message.writeInt32LE(message.length, 0);
  message.writeInt32LE(replyId, 4);
  message.writeInt32LE(request.requestId, 8);
  message.writeInt32LE(isMsg ? opMsg : opReply, 12);
  if (!isMsg) {
    const awaitCapable = 8;
    message.writeInt32LE(awaitCapable, 16);
    message.writeInt32LE(1, 32);
  }
  message.set(document, prefix);
  return message;
}
