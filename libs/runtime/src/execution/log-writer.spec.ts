import { ServiceUnavailable } from '@abaco/contract';
import type { ActorRecord, ExecutionRecord, LogRepository } from '@abaco/store';
import fc from 'fast-check';
import { LogWriter } from './log-writer.js';

type Chunk = Parameters<LogRepository['append']>[0];

function writer(options: { maxCharacters?: number; append?: (chunk: Chunk) => Promise<void> } = {}) {
  const chunks: Chunk[] = [];
  const abandoned = new AbortController();
  const append =
    options.append ??
    ((chunk: Chunk) => {
      chunks.push(chunk);
      return Promise.resolve();
    });
  const logs = new LogWriter(
    { append } as unknown as LogRepository,
    { _id: 'DEV_a_e', attempt: 1 } as unknown as ExecutionRecord,
    { _id: 'DEV_a', tenant: 'DEV' } as unknown as ActorRecord,
    { maxCharacters: options.maxCharacters ?? 1_000_000, expires: () => null },
    abandoned.signal,
  );
  return { logs, chunks, abandoned, text: () => chunks.map((chunk) => chunk.text).join('') };
}

describe('LogWriter', () => {
  it('stores what was written, wherever the chunks are cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), fc.array(fc.nat(40)), async (text, cuts) => {
        const { logs, text: stored } = writer();
        let rest = Buffer.from(text);
        for (const cut of cuts) {
          logs.write(rest.subarray(0, cut));
          rest = rest.subarray(cut);
        }
        logs.write(rest);
        await logs.end();
        expect(stored()).toBe(Buffer.from(text).toString('utf8'));
      }),
    );
  });

  it('numbers the chunks of a long log in order', async () => {
    const { logs, chunks, text } = writer();
    for (let i = 0; i < 5; i++) logs.write(Buffer.alloc(50_000, String(i)));
    await logs.end();
    expect(chunks.map((chunk) => chunk.seq)).toEqual(chunks.map((_, index) => index));
    expect(text()).toHaveLength(250_000);
  });

  it('replaces invalid bytes', async () => {
    const { logs, text } = writer();
    logs.write(Buffer.from([0x61, 0xff, 0x62]));
    await logs.end();
    expect(text()).toBe('a\ufffdb');
  });

  it('cuts at the limit and says so once', async () => {
    const { logs, text } = writer({ maxCharacters: 10 });
    logs.write(Buffer.from('123456'));
    logs.write(Buffer.from('789012345'));
    logs.write(Buffer.from('more'));
    await logs.end();
    expect(text()).toBe('1234567890 LOG LIMIT EXCEEDED; this execution log was TRUNCATED!');
  });

  it('waits for a store that does not answer and loses nothing', async () => {
    let failures = 2;
    const stored: string[] = [];
    const { logs } = writer({
      append: (chunk) => {
        if (failures-- > 0) return Promise.reject(new ServiceUnavailable('away'));
        stored.push(chunk.text);
        return Promise.resolve();
      },
    });
    logs.write(Buffer.from('kept'));
    await logs.end();
    expect(stored).toEqual(['kept']);
  });

  it('leaves a note where the store refuses a piece, and goes on', async () => {
    const stored: string[] = [];
    const { logs } = writer({
      append: (chunk) => {
        if (chunk.text.startsWith('b')) return Promise.reject(new Error('refused'));
        stored.push(`${chunk.seq} ${chunk.text.slice(0, 9)}`);
        return Promise.resolve();
      },
    });
    for (const letter of ['a', 'b', 'c']) logs.write(Buffer.alloc(64 * 1024, letter));
    await logs.end();
    expect(stored).toEqual(['0 aaaaaaaaa', '1 \n[A piece', '2 ccccccccc']);
  });

  it('keeps characters outside the basic plane whole, wherever pieces and the limit fall', async () => {
    for (const before of ['', 'x']) {
      const { logs, chunks, text } = writer({ maxCharacters: 100_001 });
      logs.write(Buffer.from(before + '\u{1F600}'.repeat(60_000)));
      await logs.end();
      expect(chunks.map((chunk) => chunk.text).filter((piece) => Buffer.from(piece).toString() !== piece)).toEqual([]);
      expect(text().length).toBeGreaterThan(100_000);
    }
  });

  it('gives up when it is abandoned', async () => {
    const { logs, abandoned } = writer({ append: () => Promise.reject(new ServiceUnavailable('away')) });
    logs.write(Buffer.from('lost'));
    const ended = logs.end();
    abandoned.abort();
    await expect(ended).rejects.toThrow('away');
  });
});
