import { numeric } from '../bson/arithmetic.js';
import { compareStrings } from '../bson/compare.js';
import { nearestDouble } from '../bson/number-key.js';
import { isRegex } from '../bson/values.js';
import { CommandFailure } from '../failure.js';
import { compileRegex } from '../query/regex.js';
import { regexTest } from '../query/regex-test.js';
import type { Compile, Evaluate, OperatorCompiler, Operators } from './frame.js';
import { isNullish, namedArguments, numberOf, operator, stringOf, variadic } from './operands.js';
import { textOf } from './types.js';

/** Operators on strings. Lengths and positions count code points (`CP`) or UTF-8 bytes. */
export const stringOperators: Operators = {
  $concat: variadic((values) =>
    values.some(isNullish) ? null : values.map((value) => stringOf('$concat', value)).join(''),
  ),
  $toUpper: operator(1, (value) => (isNullish(value) ? '' : textOf(value).toUpperCase())),
  $toLower: operator(1, (value) => (isNullish(value) ? '' : textOf(value).toLowerCase())),
  $strcasecmp: operator(2, (a, b) =>
    numeric(Math.sign(compareStrings(textOf(a ?? '').toUpperCase(), textOf(b ?? '').toUpperCase()))),
  ),
  $strLenCP: operator(1, (value) => numeric([...stringOf('$strLenCP', value)].length)),
  $strLenBytes: operator(1, (value) => numeric(Buffer.byteLength(stringOf('$strLenBytes', value)))),
  $substr: operator(3, substringBytes),
  $substrBytes: operator(3, substringBytes),
  $substrCP: operator(3, (value, start, length) => {
    if (isNullish(value)) return '';
    const from = position('$substrCP', start);
    return [...textOf(value)].slice(from, from + position('$substrCP', length)).join('');
  }),
  $indexOfCP: operator([2, 4], (value, wanted, start, end) => {
    if (isNullish(value)) return null;
    const points = [...stringOf('$indexOfCP', value)];
    const sought = [...stringOf('$indexOfCP', wanted)];
    const last = isNullish(end) ? points.length : Math.min(position('$indexOfCP', end), points.length);
    for (let at = isNullish(start) ? 0 : position('$indexOfCP', start); at + sought.length <= last; at++) {
      if (sought.every((point, offset) => points[at + offset] === point)) return numeric(at);
    }
    return numeric(-1);
  }),
  $split: operator(2, (value, separator) => {
    if (isNullish(value) || isNullish(separator)) return null;
    if (separator === '') throw new CommandFailure(2, '$split requires a non-empty separator');
    return stringOf('$split', value).split(stringOf('$split', separator));
  }),
  $trim: trim('both'),
  $ltrim: trim('left'),
  $rtrim: trim('right'),
  $replaceOne: replace((text, find, by) => text.replace(find, () => by)),
  $replaceAll: replace((text, find, by) => text.replaceAll(find, () => by)),
  $regexMatch: (operand, compile, name) => {
    const argumentsOf = regexArguments(name, operand, compile);
    let last: { pattern: string; flags: string; occursIn: (text: string) => boolean } | undefined;
    return (frame) => {
      const found = argumentsOf(frame);
      if (found === null) return false;
      const { text, pattern, flags } = found;
      // the pattern is nearly always the same for all documents
      if (last?.pattern !== pattern || last.flags !== flags) {
        last = { pattern, flags, occursIn: regexTest(pattern, flags) };
      }
      return last.occursIn(text);
    };
  },
  $regexFind: (operand, compile, name) => {
    const find = regexFinder(name, operand, compile);
    return (frame) => {
      const match = find(frame);
      if (!match) return null;
      const [text, ...captures] = match;
      const idx = numeric([...match.input.slice(0, match.index)].length);
      return { match: text, idx, captures: captures.map((capture: string | undefined) => capture ?? null) };
    };
  },
};

function position(name: string, value: unknown): number {
  const number = nearestDouble(numberOf(name, value));
  if (Number.isInteger(number) && number >= 0) return number;
  throw new CommandFailure(2, `${name} requires non-negative integers for positions and lengths`);
}

/** A negative length takes the rest. */
function substringBytes(value: unknown, start: unknown, length: unknown): string {
  if (isNullish(value)) return '';
  const bytes = Buffer.from(textOf(value));
  const from = position('$substrBytes', start);
  const count = nearestDouble(numberOf('$substrBytes', length));
  const part = bytes.subarray(from, count < 0 ? bytes.length : from + count).toString();
  if (part.includes('\u{fffd}') && !textOf(value).includes('\u{fffd}')) {
    throw new CommandFailure(2, '$substrBytes: the range is in the middle of a UTF-8 character.');
  }
  return part;
}

function trim(side: 'both' | 'left' | 'right'): OperatorCompiler {
  return (operand, compile, name) => {
    const { input, chars } = namedArguments(name, operand, compile, ['input'], ['chars']);
    return (frame) => {
      const value = input?.(frame);
      const set = chars?.(frame);
      if (isNullish(value) || (chars && isNullish(set))) return null;
      const points = [...stringOf(name, value)];
      const drop = isNullish(set)
        ? (point: string): boolean => /[\s\0]/.test(point)
        : (point: string): boolean => [...stringOf(name, set)].includes(point);
      let [from, to] = [0, points.length];
      if (side !== 'right') while (from < to && drop(points[from] as string)) from += 1;
      if (side !== 'left') while (to > from && drop(points[to - 1] as string)) to -= 1;
      return points.slice(from, to).join('');
    };
  };
}

function replace(apply: (text: string, find: string, by: string) => string): OperatorCompiler {
  return (operand, compile, name) => {
    const { input, find, replacement } = namedArguments(name, operand, compile, ['input', 'find', 'replacement']);
    return (frame) => {
      const values = [input?.(frame), find?.(frame), replacement?.(frame)];
      if (values.some(isNullish)) return null;
      const [text, sought, by] = values.map((value) => stringOf(name, value));
      return apply(text as string, sought as string, by as string);
    };
  };
}

function regexFinder(
  name: string,
  operand: unknown,
  compile: Compile,
): (frame: Parameters<Evaluate>[0]) => RegExpExecArray | null {
  const argumentsOf = regexArguments(name, operand, compile);
  return (frame) => {
    const found = argumentsOf(frame);
    return found && compileRegex(found.pattern, found.flags).exec(found.text);
  };
}

/** Null when there is no text or no pattern. */
function regexArguments(
  name: string,
  operand: unknown,
  compile: Compile,
): (frame: Parameters<Evaluate>[0]) => { text: string; pattern: string; flags: string } | null {
  const { input, regex, options } = namedArguments(name, operand, compile, ['input', 'regex'], ['options']);
  return (frame) => {
    const [text, pattern, flags] = [input?.(frame), regex?.(frame), options?.(frame)];
    if (isNullish(text) || isNullish(pattern)) return null;
    return {
      text: stringOf(name, text),
      pattern: isRegex(pattern) ? pattern.pattern : stringOf(name, pattern),
      flags: isRegex(pattern) ? pattern.options : isNullish(flags) ? '' : stringOf(name, flags),
    };
  };
}
