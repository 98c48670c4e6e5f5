import fc from 'fast-check';
import { FrameDecoder } from './frame-decoder.js';

const frame = (payload: Uint8Array, stream = 1): Buffer => {
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(payload.length, 4);
  return Buffer.concat([header, payload]);
};

describe('FrameDecoder', () => {
  it('gives back all payloads in order, wherever the stream is cut', () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 });
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 50 })), cuts, (payloads, sizes) => {
        const wire = Buffer.concat(payloads.map((payload, i) => frame(payload, 1 + (i % 2))));
        const seen: Buffer[] = [];
        const decoder = new FrameDecoder((chunk) => seen.push(Buffer.from(chunk)));
        for (let at = 0, i = 0; at < wire.length; i++) {
          const size = sizes[i % sizes.length]!;
          decoder.push(wire.subarray(at, at + size));
          at += size;
        }
        expect(Buffer.concat(seen)).toEqual(Buffer.concat(payloads));
      }),
    );
  });

  it('takes a hundred thousand frames in one chunk', () => {
    const wire = Buffer.concat(Array.from({ length: 100_000 }, () => frame(Buffer.from('x'))));
    let bytes = 0;
    new FrameDecoder((chunk) => (bytes += chunk.length)).push(wire);
    expect(bytes).toBe(100_000);
  });

  it('hands on a payload before its frame is complete', () => {
    const seen: string[] = [];
    new FrameDecoder((chunk) => seen.push(String(chunk))).push(
      frame(Buffer.from('first part, second part')).subarray(0, 18),
    );
    expect(seen).toEqual(['first part']);
  });
});
