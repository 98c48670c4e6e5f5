import { type LetterCase, type TenantId, toSnake } from '@abaco/contract';
import {
  type SearchCondition,
  searchFields,
  type SearchRequest,
  type SearchType,
  searchTypes,
  timeMembers,
} from '@abaco/store';
import { InvalidSearch } from './errors.js';
import { checkPattern } from './search-pattern.js';
import { comparedValue, equalValues, parseLooseJson, type SearchedField } from './search-values.js';

/** Query parameters; of a repeated one the first value counts. */
export type SearchParameters = Readonly<Record<string, string | readonly string[] | undefined>>;

const DEFAULT_LIMIT = 100;
/** Most hits of one answer; a higher limit is taken for this one. */
const MAX_LIMIT = 10_000;
/** Terms that are ranked by; the rest is left out. */
const MAX_TERMS = 16;
/** Conditions of one search. */
const MAX_CONDITIONS = 64;
/** Values of one list. */
const MAX_LIST = 1_000;

const OPERATORS = ['neq', 'eq', 'lte', 'lt', 'gte', 'gt', 'nin', 'in', 'between', 'nlike', 'like'] as const;
type Operator = (typeof OPERATORS)[number];

/** The kind of object that a path names, in any letter case. @throws InvalidSearch */
export function parseSearchType(text: string): SearchType {
  const type = searchTypes.find((known) => known === text.toLowerCase());
  if (type === undefined) throw InvalidSearch.type();
  return type;
}

/**
 * Reads a search from query parameters (contract 2.13.2).
 * @param tenant whose public actor ids the search means
 * @throws InvalidSearch
 */
export function parseSearch(
  type: SearchType,
  parameters: SearchParameters,
  { tenant, letterCase }: { tenant: TenantId; letterCase: LetterCase },
): SearchRequest {
  const first = (name: string): string | undefined => {
    const value = parameters[name];
    return typeof value === 'string' || value === undefined ? value : value[0];
  };
  const special = new Set(['x-nonce', 'skip', 'limit', 'search', 'exactsearch']);
  const names = Object.keys(parameters).filter((name) => !special.has(name));
  if (names.length > MAX_CONDITIONS) {
    throw InvalidSearch.parameter(names[MAX_CONDITIONS] ?? '', `a search has at most ${MAX_CONDITIONS} conditions.`);
  }
  return {
    type,
    conditions: names.map((name) => parseCondition(type, name, first(name) ?? '', tenant, letterCase)),
    terms: termsOf(first('search') ?? ''),
    phrase: first('exactsearch') || undefined,
    skip: count('skip', first('skip'), 0),
    limit: Math.min(count('limit', first('limit'), DEFAULT_LIMIT), MAX_LIMIT),
  };
}

function parseCondition(
  type: SearchType,
  name: string,
  text: string,
  tenant: TenantId,
  letterCase: LetterCase,
): SearchCondition {
  const { field, operator } = parseKey(type, name, letterCase);
  const { path, key } = field;
  switch (operator) {
    case 'eq':
    case 'neq':
      return { kind: 'in', path, values: equalValues(field, text, tenant), not: operator === 'neq' };
    case 'lt':
    case 'lte':
    case 'gt':
    case 'gte':
      return { kind: 'compare', path, operator, value: comparedValue(field, text) };
    case 'in':
    case 'nin':
      return { kind: 'in', path, values: listOf(field, text, tenant), not: operator === 'nin' };
    case 'between':
      return between(field, text);
    case 'like':
    case 'nlike':
      if (field.kind !== 'text' && field.kind !== 'json') {
        throw InvalidSearch.parameter(key, `.${operator} is for texts.`);
      }
      return { kind: 'like', path, pattern: checkPattern(key, text), not: operator === 'nlike' };
    default:
      return operator satisfies never;
  }
}

/** The operator is the last segment, where that is one: `state.income` names a member, `state.in.eq` too. */
function parseKey(type: SearchType, key: string, letterCase: LetterCase): { field: SearchedField; operator: Operator } {
  const segments = key.split('.');
  const operator = segments.length > 1 ? OPERATORS.find((known) => known === segments.at(-1)) : undefined;
  const given = operator === undefined ? key : segments.slice(0, -1).join('.');
  const path = fieldOf(type, given) === undefined && letterCase === 'camel' ? toSnake(given) : given;
  const kind = fieldOf(type, path);
  if (kind === undefined) {
    const known = Object.keys(searchFields[type]).join(', ');
    throw InvalidSearch.parameter(key, `${type} have no such field to search by. They have: ${known}.`);
  }
  return { field: { key, path, kind }, operator: operator ?? 'eq' };
}

function fieldOf(type: SearchType, path: string): SearchedField['kind'] | undefined {
  const [name = '', ...members] = path.split('.');
  const fields = searchFields[type];
  const kind = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (members.length === 0) return kind;
  if (kind !== 'json' || members.some((member) => !/^[^$\0][^\0]*$/.test(member))) return undefined;
  return timeMembers.has(path) ? 'time' : 'json';
}

function between(field: SearchedField, text: string): SearchCondition {
  const parts = text.split(',');
  const [from, to] = parts;
  if (parts.length !== 2 || !from || !to) throw InvalidSearch.betweenNeedsTwo();
  if (field.kind === 'time' || field.kind === 'number') {
    const [low, high] = [from, to].map((part) => comparedValue(field, part.trim()));
    return { kind: 'between', path: field.path, from: low ?? null, to: high ?? null };
  }
  const numbers = [Number(from), Number(to)];
  if (field.kind !== 'json' || !numbers.every(Number.isFinite)) throw InvalidSearch.betweenOfOthers();
  return { kind: 'between', path: field.path, from: numbers[0] ?? null, to: numbers[1] ?? null };
}

function listOf(field: SearchedField, text: string, tenant: TenantId) {
  const list = parseLooseJson(text);
  if (!Array.isArray(list)) {
    throw InvalidSearch.parameter(field.key, 'a JSON list is needed, for example ["COMPLETE", "READY"].');
  }
  if (list.length > MAX_LIST) throw InvalidSearch.parameter(field.key, `a list has at most ${MAX_LIST} values.`);
  return list.flatMap((item: unknown) => {
    if (item === null) return [null];
    return equalValues(field, typeof item === 'string' ? item : JSON.stringify(item), tenant);
  });
}

function count(name: string, text: string | undefined, missing: number): number {
  if (text === undefined) return missing;
  if (!/^[+-]?\d+$/.test(text.trim()) || !Number.isSafeInteger(Number(text))) {
    throw InvalidSearch.notAnInteger(name, text.slice(0, 80));
  }
  if (Number(text) < 0) throw InvalidSearch.negative(name, text);
  return Number(text);
}

const termsOf = (text: string): string[] => [...new Set(text.split(/[\s"]+/).filter(Boolean))].slice(0, MAX_TERMS);
