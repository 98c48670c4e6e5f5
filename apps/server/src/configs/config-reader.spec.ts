import fc from 'fast-check';
import { AbacoError } from '@abaco/contract';
import { readConfig, readConfigUpdate } from './config-reader.js';

const fields = (value: fc.Arbitrary<unknown>, requiredKeys: ('name' | 'value' | 'is_secret' | 'actors')[]) =>
  fc.record(
    { name: value, value, is_secret: fc.oneof(value, fc.boolean()), actors: value },
    { requiredKeys, noNullPrototype: true },
  );
const anything = fc.oneof(fc.jsonValue(), fc.string({ unit: 'binary', size: 'max', maxLength: 300 }));
const described = fc.oneof(
  fields(anything, []),
  fields(fc.stringMatching(/^[a-z.-]{1,9}$/), ['name', 'value', 'is_secret', 'actors']),
);

describe('what a config is to be', () => {
  it('is read from any JSON, or refused with a message of its own', () => {
    let read = 0;
    fc.assert(
      fc.property(fc.oneof(described, fc.jsonValue()), (body) => {
        for (const reader of [readConfig, readConfigUpdate.bind(null, 'name')]) {
          try {
            const config = reader({ body: { kind: 'json', text: JSON.stringify(body) ?? 'null' }, query: {} }, 'snake');
            expect([typeof config.value, typeof config.is_secret, typeof config.actors]).toEqual([
              'string',
              'boolean',
              'string',
            ]);
            if ('name' in config) expect(config.name).toMatch(/^[^ /?#&=+,;:]{1,255}$/u);
            read++;
          } catch (error) {
            if (!(error instanceof AbacoError)) throw error;
          }
        }
      }),
      { numRuns: 500 },
    );
    expect(read).toBeGreaterThan(10);
  });

  it('is read the same from JSON, form and query', () => {
    const text = fc.stringMatching(/^[A-Za-z0-9 _.-]{1,20}$/);
    fc.assert(
      fc.property(
        fc.stringMatching(/^[A-Za-z0-9_-]{8,20}$/),
        text,
        fc.boolean(),
        text,
        (name, value, is_secret, actors) => {
          const config = { name, value, is_secret, actors };
          const entries = Object.entries(config).map(([field, content]) => [field, String(content)] as const);
          const expected = readConfig({ body: { kind: 'json', text: JSON.stringify(config) }, query: {} }, 'snake');
          expect(expected).toEqual(config);
          expect(readConfig({ body: { kind: 'form', entries }, query: {} }, 'snake')).toEqual(config);
          expect(readConfig({ body: { kind: 'none' }, query: Object.fromEntries(entries) }, 'snake')).toEqual(config);
        },
      ),
    );
  });
});
