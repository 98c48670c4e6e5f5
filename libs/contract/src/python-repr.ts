import { JsonNumber, parseLosslessJson } from './lossless-json.js';

const shortEscapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Not printable for Python: the Unicode categories "other" and "separator", but for the blank. */
const unprintable = /^[\p{C}\p{Z}]$/u;

function escapeCharacter(character: string, quote: string): string {
  if (character === quote) return `\\${quote}`;
  const short = shortEscapes[character];
  if (short !== undefined) return short;
  if (character === ' ' || !unprintable.test(character)) return character;
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code < 0x1_0000 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\U${code.toString(16).padStart(8, '0')}`;
}

function reprOfString(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const plain = /^[\x20-\x7e]*$/.test(text) && !text.includes('\\') && !text.includes(quote);
  const body = plain ? text : Array.from(text, (character) => escapeCharacter(character, quote)).join('');
  return quote + body + quote;
}

/** Shortest digits that read back as the same number, in Python's notation: exponent below 1e-4 and from 1e+16. */
function reprOfFloat(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const [mantissa = '', exponentText = ''] = value.toExponential().split('e');
  const exponent = Number(exponentText);
  if (exponent < -4 || exponent >= 16) {
    return `${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
  }
  const sign = value < 0 ? '-' : '';
  const digits = mantissa.replace(/[-.]/g, '');
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  return `${sign}${whole}.${digits.slice(exponent + 1) || '0'}`;
}

function reprOfJsonNumber(number: JsonNumber): string {
  if (!number.isInteger) return reprOfFloat(Number(number.source));
  return number.source === '-0' ? '0' : number.source;
}

const reprOfDict = (entries: Iterable<readonly [string, unknown]>): string =>
  `{${Array.from(entries, ([key, value]) => `${reprOfString(key)}: ${pythonRepr(value)}`).join(', ')}}`;

/**
 * What Python's `repr()` prints for a value (contract 4.3.2): `{'a': [1, 0.5, None, True]}`.
 *
 * Whole numbers that JavaScript holds exactly (up to 2^53) print as integers, other numbers as floats; use
 * {@link pythonReprOfJson} where `1.0` or larger integers must survive. Bytes print as their UTF-8 text, dates as their ISO
 * text, `undefined` as `None` (as a member of an object it is left out).
 * @throws TypeError for functions and symbols, which no Python value stands for
 */
export function pythonRepr(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return reprOfString(value);
    case 'number':
      return Number.isSafeInteger(value) && !Object.is(value, -0) ? String(value) : reprOfFloat(value);
    case 'bigint':
      return value.toString();
    case 'boolean':
      return value ? 'True' : 'False';
    case 'undefined':
      return 'None';
    case 'object':
      return reprOfObject(value);
    case 'function':
    case 'symbol':
      throw new TypeError(`A ${typeof value} has no Python form`);
  }
}

function reprOfObject(value: object | null): string {
  if (value === null) return 'None';
  if (value instanceof JsonNumber) return reprOfJsonNumber(value);
  if (Array.isArray(value)) return `[${value.map(pythonRepr).join(', ')}]`;
  if (value instanceof Map) return reprOfDict(value as ReadonlyMap<string, unknown>);
  if (value instanceof Uint8Array) return reprOfString(Buffer.from(value).toString('utf8'));
  if (value instanceof Date) return reprOfString(value.toISOString());
  return reprOfDict(Object.entries(value).filter(([, member]) => member !== undefined));
}

/**
 * The Python form of a JSON source text, without a detour over JavaScript numbers: `{"a": 1.0}` gives `{'a': 1.0}`.
 * @throws JsonSyntaxError when `text` is not JSON
 */
export const pythonReprOfJson = (text: string): string => pythonRepr(parseLosslessJson(text));

/**
 * What Python's `str()` prints, as the value of an environment variable (contract 4.3.2): text as it is, everything else as
 * {@link pythonRepr}.
 * @returns null for null and undefined: the variable is then passed as a bare `KEY`, which unsets it
 */
export function pythonStr(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  return typeof value === 'string' ? value : pythonRepr(value);
}
