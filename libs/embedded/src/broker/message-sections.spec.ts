import fc from 'fast-check';
import rhea from 'rhea';
import { withFailures } from './delivery-count.js';
import { MalformedMessage } from './errors.js';
import { messageSections, SectionCode, sectionBytes } from './message-sections.js';

const encode = (message: object) => rhea.message.encode(message);
const decode = (raw: Buffer) => rhea.message.decode(raw) as unknown as Record<string, unknown>;

const anyMessage = fc.record(
  {
    durable: fc.boolean(),
    priority: fc.integer({ min: 0, max: 9 }),
    delivery_count: fc.integer({ min: 0, max: 1000 }),
    message_id: fc.string({ minLength: 1 }),
    to: fc.string({ minLength: 1, maxLength: 400 }),
    subject: fc.string({ minLength: 1 }),
    message_annotations: fc.dictionary(fc.string({ minLength: 1, maxLength: 20 }), fc.integer({ min: 0, max: 1e6 })),
    application_properties: fc.dictionary(fc.string({ maxLength: 300 }), fc.oneof(fc.string(), fc.boolean())),
    body: fc.oneof(
      fc.string({ maxLength: 2000 }),
      fc.uint8Array({ maxLength: 2000 }).map((bytes): unknown => rhea.message.data_section(Buffer.from(bytes))),
      fc.array(fc.integer()).map((list): unknown => rhea.message.sequence_section(list)),
    ),
  },
  { requiredKeys: ['body'] },
);

describe('messageSections', () => {
  it('covers every byte of a message, section after section', () => {
    fc.assert(
      fc.property(anyMessage, (message) => {
        const raw = encode(message);
        const sections = messageSections(raw);
        expect(sections.map(({ start }) => start)).toEqual([0, ...sections.slice(0, -1).map(({ end }) => end)]);
        expect(sections.at(-1)?.end).toBe(raw.length);
      }),
    );
  });

  it('finds the properties', () => {
    fc.assert(
      fc.property(anyMessage, (message) => {
        const raw = encode(message);
        const properties = sectionBytes(raw, messageSections(raw), SectionCode.properties);
        expect(properties && decode(properties).to).toBe(message.to);
      }),
    );
  });

  it('reads descriptors in their long form', () => {
    const section = Buffer.from('00800000000000000077' + 'a10161', 'hex');
    expect(messageSections(section.subarray(0))).toEqual([{ code: 0x77, start: 0, end: section.length }]);
  });

  it('refuses what is cut off, and never anything but MalformedMessage', () => {
    fc.assert(
      fc.property(anyMessage, fc.double({ min: 0, max: 1, noNaN: true }), (message, part) => {
        const raw = encode(message);
        const cut = raw.subarray(0, Math.floor(raw.length * part));
        const ends = [0, ...messageSections(raw).map(({ end }) => end)];
        if (ends.includes(cut.length)) return;
        expect(() => messageSections(cut)).toThrow(MalformedMessage);
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        try {
          messageSections(Buffer.from(bytes));
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedMessage);
        }
      }),
    );
  });
});

describe('withFailures', () => {
  it('adds to the delivery-count and changes no byte after the header', () => {
    fc.assert(
      fc.property(anyMessage, fc.integer({ min: 1, max: 1000 }), (message, failures) => {
        const raw = encode(message);
        const counted = withFailures(raw, failures);
        const after = (bytes: Buffer) => bytes.subarray(messageSections(bytes)[0]!.end);
        expect(after(counted)).toEqual(after(raw));
        expect(decode(counted)).toMatchObject({
          ...(message.durable !== undefined && { durable: message.durable }),
          ...(message.priority !== undefined && { priority: message.priority }),
          delivery_count: (message.delivery_count ?? 0) + failures,
        });
      }),
    );
  });

  it('gives a header to a message without one', () => {
    const raw = Buffer.from('005377a10161', 'hex');
    const counted = withFailures(raw, 3);
    expect(decode(counted)).toMatchObject({ delivery_count: 3, body: 'a' });
    expect(counted.subarray(-raw.length)).toEqual(raw);
  });
});
