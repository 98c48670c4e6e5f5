import { PassThrough, Readable } from 'node:stream';
import { linesOf } from './lines.js';

const all = async (stream: Readable): Promise<string[]> => {
  const lines: string[] = [];
  for await (const line of linesOf(stream)) lines.push(line);
  return lines;
};

describe('linesOf', () => {
  it('joins what was cut and leaves empty lines out', async () => {
    const bytes = Buffer.from('{"a":"ü"}\r\n\r\n{"b":2}\nlast');
    expect(await all(Readable.from([...bytes].map((byte) => Buffer.from([byte]))))).toEqual([
      '{"a":"ü"}\r',
      '{"b":2}',
      'last',
    ]);
  });

  it('throws when the stream is destroyed', async () => {
    const stream = new PassThrough();
    stream.write('one\n');
    const reading = all(stream);
    stream.destroy();
    await expect(reading).rejects.toThrow();
  });
});
