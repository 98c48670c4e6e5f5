import fc from 'fast-check';
import { CommandFailure } from '../failure.js';
import { regexTest } from './regex-test.js';

describe('patterns that are tested', () => {
  it('match as those of the platform do', () => {
    const atom = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\d', '\\w', '^', '$', '(a|b)', '\\.', 'é');
    const pattern = fc
      .array(fc.tuple(atom, fc.constantFrom('', '', '*', '+', '?', '{1,2}')), { minLength: 1, maxLength: 5 })
      .map((parts) => parts.map(([what, often]) => (/^[\^$]$/.test(what) ? what : what + often)).join(''));
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'A', '1', '.', '\n', 'é', ' '), maxLength: 12 });
    fc.assert(
      fc.property(pattern, text, fc.constantFrom('', 'i', 'm', 's', 'im'), (source, input, options) => {
        expect(regexTest(source, options)(input)).toBe(new RegExp(source, options).test(input));
      }),
      { numRuns: 2_000 },
    );
  });

  it.each(['(a+)+$', '(a|a)*b', '(.*a){12}x', '([a-z]+)*!'])('take time in proportion to the text: %s', (pattern) => {
    const occursIn = regexTest(pattern, '');
    const took = (length: number): number => {
      const start = performance.now();
      expect(occursIn(`${'a'.repeat(length)}?`)).toBe(false);
      return performance.now() - start;
    };
    took(1_000);
    // the platform's own engine would take 2^20 times as long for the longer text
    expect(took(20_000)).toBeLessThan(1_000 * (took(1_000) + 1));
  });

  it('know look-around and inline flags, each by the engine that has it', () => {
    expect(regexTest('a(?=b)+', '')('ab')).toBe(true);
    expect(regexTest('(?i)ABC', '')('xabcx')).toBe(true);
    expect(regexTest('(a)\\1+', '')('aa')).toBe(true);
  });

  it('are refused when no engine can read them', () => {
    for (const pattern of ['(', '[', '*']) expect(() => regexTest(pattern, '')).toThrow(CommandFailure);
    expect(() => regexTest('a', 'x')).toThrow(CommandFailure);
  });
});
