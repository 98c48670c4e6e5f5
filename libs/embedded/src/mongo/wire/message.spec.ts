import { deserialize, serialize } from 'bson';
import fc from 'fast-check';
import { encodeReply, MessageReader, opMsg, opQuery, parseRequest } from './message.js';
import { cursorReply } from './cursor-reply.js';

function message(opcode: number, payload: Buffer, requestId = 7): Buffer {
  const header = Buffer.alloc(16);
  header.writeInt32LE(16 + payload.length, 0);
  header.writeInt32LE(requestId, 4);
  header.writeInt32LE(opcode, 12);
  return Buffer.concat([header, payload]);
}

function msg(flags: number, ...sections: Uint8Array[]): Buffer {
  const bits = Buffer.alloc(4);
  bits.writeUInt32LE(flags);
  return message(opMsg, Buffer.concat([bits, ...sections]));
}

const body = (doc: object): Buffer => Buffer.concat([Buffer.of(0), serialize(doc)]);

function sequence(name: string, ...documents: object[]): Buffer {
  const content = Buffer.concat([Buffer.from(`${name}\0`), ...documents.map((doc) => serialize(doc))]);
  const head = Buffer.alloc(5);
  head[0] = 1;
  head.writeInt32LE(content.length + 4, 1);
  return Buffer.concat([head, content]);
}

describe('messages', () => {
  it('are found in a stream however it is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 6 }),
        fc.array(fc.integer({ min: 1, max: 200 }), { maxLength: 30 }),
        (payloads, cuts) => {
          const sent = payloads.map((payload) => message(opMsg, Buffer.from(payload)));
          const stream = Buffer.concat(sent);
          const reader = new MessageReader();
          const found: Buffer[] = [];
          let at = 0;
          for (const cut of [...cuts, stream.length]) {
            if (at < stream.length) found.push(...reader.push(stream.subarray(at, at + cut)));
            at += cut;
          }
          expect(found.map((bytes) => bytes.toString('hex'))).toEqual(sent.map((bytes) => bytes.toString('hex')));
        },
      ),
    );
  });

  it('of an impossible length are refused', () => {
    expect(() => new MessageReader().push(Buffer.from([1, 0, 0, 0]))).toThrow('Invalid message size');
    expect(() => new MessageReader().push(Buffer.from([0, 0, 0, 0x7f]))).toThrow('Invalid message size');
  });

  it('carry a body and document sequences', () => {
    const request = parseRequest(msg(0, sequence('documents', { a: 1 }, { a: 2 }), body({ insert: 'c', $db: 'd' })));
    expect(deserialize(request.body)).toEqual({ insert: 'c', $db: 'd' });
    expect(request.sequences.get('documents')?.map((bytes) => deserialize(bytes))).toEqual([{ a: 1 }, { a: 2 }]);
    expect(request.silent).toBe(false);
  });

  it('may end with a checksum and may want no reply', () => {
    const request = parseRequest(msg(3, body({ ping: 1 }), Buffer.alloc(4)));
    expect(deserialize(request.body)).toEqual({ ping: 1 });
    expect(request.silent).toBe(true);
  });

  it('with unknown required flags, opcodes or broken sections are refused', () => {
    expect(() => parseRequest(msg(8, body({ ping: 1 })))).toThrow('illegal flags');
    expect(() => parseRequest(message(2012, Buffer.alloc(9)))).toThrow('Opcode 2012');
    expect(() => parseRequest(msg(0, Buffer.of(0, 100, 0, 0, 0)))).toThrow('longer than its message');
    expect(() => parseRequest(msg(0))).toThrow('must have a body');
  });

  it('never make the parser fail in another way than by a refusal', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.constantFrom(opMsg, opQuery), (bytes, opcode) => {
        try {
          parseRequest(message(opcode, Buffer.from(bytes)));
        } catch (error) {
          expect((error as Error).constructor.name).toBe('CommandFailure');
        }
      }),
    );
  });

  it('of OP_QUERY serve the first hello', () => {
    const payload = Buffer.concat([
      Buffer.alloc(4),
      Buffer.from('admin.$cmd\0'),
      Buffer.alloc(8),
      serialize({ hello: 1 }),
    ]);
    const request = parseRequest(message(opQuery, payload));
    expect(request.database).toBe('admin');
    expect(deserialize(request.body)).toEqual({ hello: 1 });
    const reply = encodeReply(request, 3, serialize({ ok: 1 }));
    expect(reply.readInt32LE(8)).toBe(7);
    expect(reply.readInt32LE(12)).toBe(1);
    expect(deserialize(reply.subarray(36))).toEqual({ ok: 1 });
  });
});

describe('a cursor reply', () => {
  it('is the BSON of the documents in order', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 130 }),
        fc.bigInt({ min: 0n, max: 2n ** 53n - 1n }),
        fc.string(),
        (count, id, namespace) => {
          fc.pre(!namespace.includes('\0'));
          const documents = Array.from({ length: count }, (_, at) => ({ at }));
          const bytes = cursorReply(
            'nextBatch',
            documents.map((doc) => serialize(doc)),
            id,
            namespace,
          );
          expect(deserialize(bytes)).toEqual({
            cursor: { nextBatch: documents, id: Number(id), ns: namespace },
            ok: 1,
          });
        },
      ),
    );
  });
});
