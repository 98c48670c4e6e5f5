import { Readable } from 'node:stream';
import fc from 'fast-check';
import type { IncomingMessage } from '../incoming-message.js';
import { MessageDigest } from './message-digest.js';

const text = (changes: Partial<IncomingMessage> = {}): IncomingMessage => ({
  content: { kind: 'text', text: 'hello' },
  contentType: 'str',
  environment: { A: '1', B: '2' },
  ...changes,
});

const binary = (parts: readonly Uint8Array[]): IncomingMessage =>
  text({
    content: {
      kind: 'binary',
      body: Readable.from(
        parts.map((part) => Buffer.from(part)),
        { objectMode: false },
      ),
    },
    contentType: 'application/octet-stream',
  });

async function digestOf(message: IncomingMessage): Promise<{ digest: string; bytes: Buffer }> {
  const digest = new MessageDigest(message);
  const { content } = digest.message;
  const parts: Buffer[] = [];
  if (content.kind === 'binary') for await (const part of content.body) parts.push(part as Buffer);
  return { digest: digest.end(), bytes: Buffer.concat(parts) };
}

describe('MessageDigest', () => {
  it('is the same for the same message, in whatever order its variables and by whatever nonce it comes', async () => {
    const { digest } = await digestOf(text());
    expect((await digestOf(text({ environment: { B: '2', A: '1' } }))).digest).toBe(digest);
    const sentOtherwise = { A: '1', B: '2', 'x-nonce': 'DEV_n', _abaco_synchronous: 'true' };
    expect((await digestOf(text({ environment: sentOtherwise }))).digest).toBe(digest);
  });

  it.each<[string, Partial<IncomingMessage>]>([
    ['text', { content: { kind: 'text', text: 'hello ' } }],
    ['kind', { content: { kind: 'json', text: 'hello' } }],
    ['content type', { contentType: 'application/json' }],
    ['variable', { environment: { A: '1', B: '3' } }],
    ['variables', { environment: { A: '1' } }],
  ])('tells another %s', async (_what, changes) => {
    expect((await digestOf(text(changes))).digest).not.toBe((await digestOf(text())).digest);
  });

  it('passes on bytes as they are, and counts them wherever they are cut', async () => {
    const parts = fc.array(fc.uint8Array({ minLength: 1, size: 'medium' }), { size: 'max', maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(parts, async (pieces) => {
        const whole = Buffer.concat(pieces);
        const cut = await digestOf(binary(pieces));
        expect(cut.bytes).toEqual(whole);
        expect(cut.digest).toBe((await digestOf(binary(whole.length === 0 ? [] : [whole]))).digest);
        expect(cut.digest).not.toBe((await digestOf(binary([whole, Buffer.from('x')]))).digest);
      }),
    );
  });

  it('fails when the source of the bytes does', async () => {
    const body = new Readable({ read() {} });
    const { message } = new MessageDigest(
      text({ content: { kind: 'binary', body }, contentType: 'application/octet-stream' }),
    );
    body.push('abc');
    body.destroy(new Error('hung up'));
    if (message.content.kind !== 'binary') throw new Error('bytes expected');
    await expect(message.content.body.toArray()).rejects.toThrow('hung up');
  });
});
