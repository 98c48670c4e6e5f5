import { actorDbid, type ActorId, type TenantId } from '@abaco/contract';
import type { FieldKind, SearchValue } from '@abaco/store';
import { InvalidSearch } from './errors.js';
import { parseSearchTime } from './search-time.js';

/** A field that a search names: what it is called in the request, and how its values are stored. */
export interface SearchedField {
  readonly key: string;
  readonly path: string;
  readonly kind: FieldKind;
}

/** A value of JSON, also with the single quotes that Python writes; undefined for what is neither. */
export function parseLooseJson(text: string): unknown {
  for (const source of [text, text.replaceAll("'", '"')]) {
    try {
      return JSON.parse(source) as unknown;
    } catch {
      // the other form may be the right one
    }
  }
  return undefined;
}

const isNone = (text: string): boolean => text.toLowerCase() === 'none';

const toNumber = (text: string): number | undefined => {
  const number = text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(number) ? number : undefined;
};

const toFlag = (text: string): boolean | undefined => {
  const lower = text.toLowerCase();
  return lower === 'true' ? true : lower === 'false' ? false : undefined;
};

/** A text, and what stands between its quotes when it has some. */
const textsOf = (text: string): string[] => {
  const inner = /^(["'])(.*)\1$/s.exec(text)?.[2];
  return inner === undefined ? [text] : [text, inner];
};

/**
 * The stored values that equal what a search says of a field: more than one where a text can mean several.
 * @throws InvalidSearch when the field can have no such value
 */
export function equalValues({ key, kind }: SearchedField, text: string, tenant: TenantId): SearchValue[] {
  if (isNone(text)) return kind === 'text' || kind === 'json' ? [null, text] : [null];
  switch (kind) {
    case 'text':
      return textsOf(text);
    case 'actor':
      return [text, actorDbid(tenant, text as ActorId)];
    case 'time':
      return [requireTime(text)];
    case 'number':
      return [requireNumber(key, text)];
    case 'boolean':
      return [requireBoolean(key, text)];
    case 'flag': {
      const flag = toFlag(text);
      return flag === undefined ? textsOf(text) : [flag, String(flag)];
    }
    case 'json':
      return jsonValues(text);
    default:
      return kind satisfies never;
  }
}

/** The one value that a field is compared with. @throws InvalidSearch */
export function comparedValue(field: SearchedField, text: string): SearchValue {
  const { key, kind } = field;
  switch (kind) {
    case 'time':
      return requireTime(text);
    case 'number':
      return requireNumber(key, text);
    case 'json':
      return toNumber(text) ?? textsOf(text).at(-1) ?? text;
    case 'text':
      return textsOf(text).at(-1) ?? text;
    case 'boolean':
    case 'flag':
    case 'actor':
      throw InvalidSearch.parameter(key, 'this field has no order; use .eq, .neq, .in or .nin.');
    default:
      return kind satisfies never;
  }
}

/** Everything that a text can stand for in JSON: `1` the number and the text, `true` the boolean and the text. */
function jsonValues(text: string): SearchValue[] {
  const values = new Set<SearchValue>(textsOf(text));
  const number = toNumber(text);
  if (number !== undefined) values.add(number);
  const flag = toFlag(text);
  if (flag !== undefined) values.add(flag);
  const json = parseLooseJson(text);
  if (typeof json === 'object' && json !== null) values.add(json);
  return [...values];
}

function requireTime(text: string): Date {
  const time = parseSearchTime(text);
  if (time === undefined) throw InvalidSearch.time();
  return time;
}

function requireNumber(key: string, text: string): number {
  const number = toNumber(text);
  if (number === undefined) throw InvalidSearch.parameter(key, `a number is needed. Received: ${text.slice(0, 80)}`);
  return number;
}

function requireBoolean(key: string, text: string): boolean {
  const flag = toFlag(text);
  if (flag === undefined) throw InvalidSearch.parameter(key, `true or false is needed. Received: ${text.slice(0, 80)}`);
  return flag;
}
