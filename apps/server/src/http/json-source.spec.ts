import fc from 'fast-check';
import { JsonSource, stringifyResponse } from './json-source.js';

describe('stringifyResponse', () => {
  it('is JSON.stringify but for JSON sources', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.jsonValue(), (members, echo) => {
        const source = new JsonSource(JSON.stringify(echo));
        const text = stringifyResponse({ message: 'm', result: { ...members, msg: source } });
        expect(text).toBe(JSON.stringify({ message: 'm', result: { ...members, msg: echo } }));
      }),
    );
  });

  it('keeps the digits of a source', () => {
    expect(stringifyResponse({ result: { msg: new JsonSource('[1.0]'), none: undefined } })).toBe(
      '{"result":{"msg":[1.0]}}',
    );
  });
});
