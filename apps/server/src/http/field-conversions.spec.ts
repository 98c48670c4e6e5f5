import fc from 'fast-check';
import { parseLosslessJson } from '@abaco/contract';
import { depthOf, isTruthy, toBoolean, toInteger, toPlain } from './field-conversions.js';

describe('field conversions', () => {
  it('give the plain form of any JSON value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        expect(toPlain(parseLosslessJson(text))).toEqual(JSON.parse(text));
      }),
    );
  });

  it('read integers as texts and as numbers', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (number) => {
        expect(toInteger(String(number))).toBe(number);
        expect(toInteger(parseLosslessJson(String(number)))).toBe(number);
      }),
    );
    expect(toInteger('+5')).toBe(5);
    for (const wrong of ['', ' 5', '5.0', '1e3', '0x1', '9007199254740993', true, null]) {
      expect(toInteger(wrong)).toBeUndefined();
    }
  });

  it('read booleans in any letter case', () => {
    expect(['true', 'TRUE', '1', true].map(toBoolean)).toEqual([true, true, true, true]);
    expect(['false', 'False', '0', false].map(toBoolean)).toEqual([false, false, false, false]);
    expect(['', 'yes', null].map(toBoolean)).toEqual([undefined, undefined, undefined]);
  });

  it('measure how deep a value nests', () => {
    expect(['1', '[]', '{"a":[{}]}'].map((text) => depthOf(parseLosslessJson(text)))).toEqual([0, 1, 3]);
  });

  it('know what Python takes for true', () => {
    const truthy = (text: string) => isTruthy(parseLosslessJson(text));
    expect(['{"a":0}', '[0]', '" "', '0.1', 'true'].map(truthy)).toEqual([true, true, true, true, true]);
    expect(['{}', '[]', '""', '-0.0', 'false', 'null'].some(truthy)).toBe(false);
  });
});
