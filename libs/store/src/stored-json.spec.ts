import fc from 'fast-check';
import { deserialize, serialize } from 'bson';
import { packJson, unpackJson } from './stored-json.js';

const oddKey = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', 'a.b', '$set', '$', '.', '__proto__', '__json__', 'a\0b', 'constructor', '_id'),
);
/** Any JSON value, made from its text: `__proto__` is a key like another then. */
const anyJson = fc
  .letrec<{ value: string }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom('null', 'true', 'false', '0', '-0', '1.5', '1e300', '9007199254740991'),
      fc.string({ unit: 'binary' }).map((text) => JSON.stringify(text)),
      fc.array(tie('value'), { maxLength: 4 }).map((items) => `[${items.join(',')}]`),
      fc
        .array(fc.tuple(oddKey, tie('value')), { maxLength: 4 })
        .map((entries) => `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(',')}}`),
    ),
  }))
  .value.map((text) => JSON.parse(text) as unknown);

const throughBson = (value: unknown): unknown => deserialize(serialize({ value }))['value'];

describe('stored JSON', () => {
  it('comes back as it went in, whatever the keys are', () => {
    fc.assert(
      fc.property(anyJson, (value) => {
        const back = unpackJson(throughBson(packJson(value)));
        expect(JSON.stringify(back)).toBe(JSON.stringify(value));
      }),
      { numRuns: 2000 },
    );
  });

  it('is stored with its own fields where the database can hold them', () => {
    const value = { count: 1, nested: { list: [null, 'a'] } };
    expect(packJson(value)).toBe(value);
    expect(packJson({ 'a.b': 1 })).toEqual({ __json__: '{"a.b":1}' });
  });

  it('may nest deeper than BSON', () => {
    const deep = JSON.parse('['.repeat(500) + ']'.repeat(500)) as unknown;
    expect(unpackJson(throughBson(packJson(deep)))).toEqual(deep);
  });

  it('has no undefined: it reads as null', () => {
    expect(unpackJson(packJson(undefined))).toBeNull();
  });
});
