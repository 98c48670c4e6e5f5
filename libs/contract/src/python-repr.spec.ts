import fc from 'fast-check';
import { JsonSyntaxError, MAX_JSON_DEPTH, MAX_JSON_VALUES, parseLosslessJson } from './lossless-json.js';
import { pythonRepr, pythonReprOfJson, pythonStr } from './python-repr.js';

const shortEscapes = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

/** Reads back what Python's `ast.literal_eval` would: strings, numbers, True, False, None, lists and dicts. */
function literalEval(source: string): unknown {
  let rest = source;
  const take = (pattern: RegExp): string | undefined => {
    const found = pattern.exec(rest)?.[0];
    if (found !== undefined) rest = rest.slice(found.length);
    return found;
  };
  const unescape = (body: string) =>
    body.replace(/\\(x..|u.{4}|U.{8}|.)/gsu, (_, escape: string) =>
      escape.length > 1 ? String.fromCodePoint(parseInt(escape.slice(1), 16)) : (shortEscapes.get(escape) ?? escape),
    );
  const members = <T>(close: RegExp, member: () => T): T[] => {
    const found: T[] = [];
    while (take(close) === undefined) {
      if (found.length > 0 && take(/^, /) === undefined) throw new Error(`comma expected before ${rest}`);
      found.push(member());
    }
    return found;
  };
  const value = (): unknown => {
    const text = take(/^(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")/su);
    if (text !== undefined) return unescape(text.slice(1, -1));
    const number = take(/^-?(?:inf|\d[\d.]*(?:e[+-]\d+)?)/);
    if (number !== undefined) return Number(number.replace('inf', 'Infinity'));
    if (take(/^True/)) return true;
    if (take(/^False/)) return false;
    if (take(/^None/)) return null;
    if (take(/^\[/)) return members(/^\]/, value);
    if (take(/^\{/)) {
      return Object.fromEntries(
        members(/^\}/, () => {
          const key = value() as string;
          if (take(/^: /) === undefined) throw new Error(`colon expected before ${rest}`);
          return [key, value()];
        }),
      );
    }
    throw new Error(`not a literal: ${rest}`);
  };
  const result = value();
  if (rest !== '') throw new Error(`left over: ${rest}`);
  return result;
}

const loneSurrogate = String.fromCharCode(0xd800);
const anyText = fc.string({ unit: 'binary' });
const json = fc.jsonValue({ stringUnit: 'binary' });

describe('the Python form of a value', () => {
  it.each([
    [{}, '{}'],
    [[], '[]'],
    [null, 'None'],
    [{ k: 'v', k2: [1, true, false, null] }, "{'k': 'v', 'k2': [1, True, False, None]}"],
    ["it's", `"it's"`],
    [`it's "so"`, `'it\\'s "so"'`],
    ['a\\b\n\r\t\0\x7f', String.raw`'a\\b\n\r\t\x00\x7f'`],
    ['é 中 😀', "'é 中 😀'"],
    [`\u00a0\u200b${loneSurrogate}\u{e0001}`, String.raw`'\xa0\u200b\ud800\U000e0001'`],
    [0.1, '0.1'],
    [-1.5, '-1.5'],
    [1e16, '1e+16'],
    [123456789012345.6, '123456789012345.6'],
    [1e-4, '0.0001'],
    [1e-5, '1e-05'],
    [1.5e300, '1.5e+300'],
    [-0, '-0.0'],
    [Number.MAX_SAFE_INTEGER, '9007199254740991'],
    [10n ** 30n, '1000000000000000000000000000000'],
    [Buffer.from('bytes'), "'bytes'"],
    [{ a: undefined, b: [undefined] }, "{'b': [None]}"],
  ])('of %j is right', (value, expected) => {
    expect(pythonRepr(value)).toBe(expected);
  });

  it('reads back as the same value', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(literalEval(pythonRepr(value))).toEqual(value);
      }),
    );
  });

  it('is one printable line whatever the text', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const repr = pythonRepr(text);
        expect(repr).toMatch(/^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]*$/u);
        expect(literalEval(repr)).toBe(text);
      }),
    );
  });
});

describe('the Python form of JSON source', () => {
  it.each([
    ['1.0', '1.0'],
    ['1', '1'],
    ['-0', '0'],
    ['-0.0', '-0.0'],
    ['1E5', '100000.0'],
    ['1e400', 'inf'],
    ['123456789012345678901234567890', '123456789012345678901234567890'],
    ['{"a":1,"b":2,"a":3}', "{'a': 3, 'b': 2}"],
    ['{"2":0,"1":0,"__proto__":0}', "{'2': 0, '1': 0, '__proto__': 0}"],
    [' [ 1 , "\\u00e9\\"" , { } ] ', `[1, 'é"', {}]`],
  ])('of %s is right', (source, expected) => {
    expect(pythonReprOfJson(source)).toBe(expected);
  });

  it('agrees with JSON.parse on every document', () => {
    fc.assert(
      fc.property(json, fc.constantFrom(undefined, 2), (value, indent) => {
        expect(literalEval(pythonReprOfJson(JSON.stringify(value, null, indent)))).toEqual(
          JSON.parse(JSON.stringify(value)),
        );
      }),
    );
  });

  it('refuses exactly what JSON.parse refuses', () => {
    const almostJson = fc
      .array(
        fc.constantFrom('{', '}', '[', ']', ',', ':', '"', '"a"', '\\', '1', '0', '-', '.5', 'e3', 'null', 'tru', ' '),
      )
      .map((parts) => parts.join(''));
    const accepts = (parse: (text: string) => unknown, text: string) => {
      try {
        parse(text);
        return true;
      } catch (error) {
        expect(error).toBeInstanceOf(SyntaxError);
        return false;
      }
    };
    fc.assert(
      fc.property(almostJson, (text) => {
        expect(accepts(parseLosslessJson, text)).toBe(accepts(JSON.parse, text));
      }),
      { numRuns: 2000 },
    );
  });

  it('names the position of an error', () => {
    expect(() => parseLosslessJson('{"a": nul}')).toThrow('Not valid JSON at position 6: value expected.');
    expect(() => parseLosslessJson('"a\nb"')).toThrow(JsonSyntaxError);
  });

  it('refuses documents that nest too deep instead of overflowing the stack', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
    expect(pythonReprOfJson(nested(MAX_JSON_DEPTH))).toBe(nested(MAX_JSON_DEPTH));
    expect(() => parseLosslessJson(nested(MAX_JSON_DEPTH + 1))).toThrow('more than 1000 levels');
    const list = (length: number): string => `[${Array(length).fill('1').join()}]`;
    expect(parseLosslessJson(list(MAX_JSON_VALUES - 1))).toHaveLength(MAX_JSON_VALUES - 1);
    expect(() => parseLosslessJson(list(MAX_JSON_VALUES))).toThrow('more than 250000 values');
  });

  it('takes strings of many megabytes', () => {
    const text = 'x'.repeat(20_000_000);
    expect(pythonReprOfJson(`["${text}"]`)).toHaveLength(text.length + 4);
  });
});

describe('an environment value', () => {
  it.each([
    ['text', 'text'],
    ['', ''],
    [true, 'True'],
    [7, '7'],
    [null, null],
    [undefined, null],
    [{ a: 'b' }, "{'a': 'b'}"],
    [['a'], "['a']"],
  ])('of %j is right', (value, expected) => {
    expect(pythonStr(value)).toBe(expected);
  });
});
