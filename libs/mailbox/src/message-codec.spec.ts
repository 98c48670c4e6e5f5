import fc from 'fast-check';
import rhea, { type Message } from 'rhea';
import { InvalidMailboxMessage } from './errors.js';
import { assertMailboxMessage, decodeMessage, encodeMessage } from './message-codec.js';

const onTheWire = (message: unknown): Message =>
  rhea.message.decode(rhea.message.encode(message)) as unknown as Message;

describe('message codec', () => {
  it('brings back every id and body', () => {
    const id = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(id, fc.uint8Array({ maxLength: 2_000 }), (messageId, bytes) => {
        const message = { id: messageId, body: Buffer.from(bytes) };
        expect(decodeMessage(onTheWire(encodeMessage(message, { to: '/queues/q' })))).toEqual(message);
      }),
    );
  });

  it('marks messages as durable and addresses them', () => {
    const wire = onTheWire(encodeMessage({ id: 'i', body: Buffer.from('b') }, { subject: 'box' }));
    expect(wire).toMatchObject({ durable: true, subject: 'box', message_id: 'i' });
  });

  it('joins the parts of a body that came in several sections', () => {
    const body: unknown = rhea.message.data_sections([Buffer.from('a'), Buffer.from('b')]);
    expect(decodeMessage(onTheWire({ message_id: 'i', body }))?.body.toString()).toBe('ab');
  });

  it.each([
    ['no id', { body: rhea.message.data_section(Buffer.from('b')) as unknown }],
    ['a numeric id', { message_id: 5, body: rhea.message.data_section(Buffer.from('b')) as unknown }],
    ['a text as body', { message_id: 'i', body: 'text' }],
    ['a list as body', { message_id: 'i', body: rhea.message.sequence_section([1]) as unknown }],
    ['no body', { message_id: 'i', body: null }],
  ])('takes a message with %s for foreign', (_what, message) => {
    expect(decodeMessage(onTheWire(message))).toBeUndefined();
  });
});

describe('assertMailboxMessage', () => {
  const body = Buffer.alloc(0);

  it('accepts ids of up to 255 bytes and bodies of up to 1 MiB', () => {
    expect(() => assertMailboxMessage({ id: 'ä'.repeat(127), body: Buffer.alloc(1024 * 1024) })).not.toThrow();
  });

  it.each([
    ['an empty id', { id: '', body }],
    ['an id of 256 bytes', { id: 'ä'.repeat(128), body }],
    ['half a surrogate pair', { id: '\ud83d', body }],
    ['a body of more than 1 MiB', { id: 'i', body: Buffer.alloc(1024 * 1024 + 1) }],
  ])('refuses %s', (_what, message) => {
    expect(() => assertMailboxMessage(message)).toThrow(InvalidMailboxMessage);
  });
});
