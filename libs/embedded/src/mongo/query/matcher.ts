import { compareValues, equalValues } from '../bson/compare.js';
import { nearestDouble } from '../bson/number-key.js';
import { type Doc, isDoc, isRegex, type Numeric, Rank, rankOf } from '../bson/values.js';
import { compileExpression } from '../expression/compile.js';
import { truthy } from '../expression/truth.js';
import { CommandFailure, NotSupported } from '../failure.js';
import { bitsPredicate, modPredicate, typePredicate } from './field-predicates.js';
import { someAt } from './path.js';
import { regexTest } from './regex-test.js';

export type Matcher = (doc: Doc) => boolean;
type Predicate = (value: unknown) => boolean;

/** What a filter may refer to besides the document. */
export interface QueryScope {
  /** The server's time when the command began: `$$NOW`. */
  readonly now: Date;
  /** Values of `let`, by name. */
  readonly variables?: Readonly<Record<string, unknown>>;
}

/** Compiles a query filter. @throws CommandFailure for what is malformed or not supported. */
export function compileFilter(filter: Doc, scope: QueryScope): Matcher {
  return every(Object.entries(filter).map(([name, condition]) => compileEntry(name, condition, scope)));
}

function every(matchers: readonly Matcher[]): Matcher {
  const [first, second] = matchers;
  if (!first) return () => true;
  if (!second) return first;
  return (doc) => matchers.every((matches) => matches(doc));
}

function compileEntry(name: string, condition: unknown, scope: QueryScope): Matcher {
  if (!name.startsWith('$')) return compileField(name, condition, scope);
  switch (name) {
    case '$and':
      return every(branches(name, condition, scope));
    case '$or': {
      const any = branches(name, condition, scope);
      return (doc) => any.some((matches) => matches(doc));
    }
    case '$nor': {
      const none = branches(name, condition, scope);
      return (doc) => !none.some((matches) => matches(doc));
    }
    case '$expr': {
      const evaluate = compileExpression(condition, scope.variables && Object.keys(scope.variables));
      return (doc) => truthy(evaluate({ root: doc, current: doc, now: scope.now, variables: scope.variables ?? {} }));
    }
    case '$comment':
      return () => true;
    case '$where':
    case '$text':
    case '$jsonSchema':
      throw new NotSupported(name);
    default:
      throw new CommandFailure(2, `unknown top level operator: ${name}`);
  }
}

function branches(name: string, condition: unknown, scope: QueryScope): Matcher[] {
  if (!Array.isArray(condition) || condition.length === 0) {
    throw new CommandFailure(2, `${name} must be a nonempty array`);
  }
  return condition.map((branch) => {
    if (!isDoc(branch)) throw new CommandFailure(2, `${name} argument's entries must be objects`);
    return compileFilter(branch, scope);
  });
}

/** Whether a condition is `{$op: ...}`; a document without operators is a value to compare with. */
export function isOperatorDoc(condition: unknown): condition is Doc {
  if (!isDoc(condition)) return false;
  const first = Object.keys(condition)[0];
  return first !== undefined && first.startsWith('$') && first !== '$ref' && first !== '$id';
}

function compileField(path: string, condition: unknown, scope: QueryScope): Matcher {
  const parts = path.split('.');
  if (isOperatorDoc(condition)) return compileOperators(parts, condition, scope);
  if (isRegex(condition)) return anyValue(parts, regexPredicate(condition));
  return anyValue(parts, equals(condition));
}

function anyValue(parts: readonly string[], predicate: Predicate): Matcher {
  return (doc) => someAt(doc, parts, predicate);
}

function compileOperators(parts: readonly string[], operators: Doc, scope: QueryScope): Matcher {
  return every(
    Object.entries(operators)
      .filter(([operator]) => operator !== '$options')
      .map(([operator, operand]) => compileOperator(parts, operator, operand, operators, scope)),
  );
}

function compileOperator(
  parts: readonly string[],
  operator: string,
  operand: unknown,
  siblings: Doc,
  scope: QueryScope,
): Matcher {
  switch (operator) {
    case '$eq':
      return anyValue(parts, equals(operand));
    case '$ne': {
      if (isRegex(operand)) throw new CommandFailure(2, "Can't have regex as arg to $ne.");
      return not(anyValue(parts, equals(operand)));
    }
    case '$gt':
      return anyValue(
        parts,
        compares(operand, (order) => order > 0),
      );
    case '$gte':
      return anyValue(
        parts,
        compares(operand, (order) => order >= 0),
      );
    case '$lt':
      return anyValue(
        parts,
        compares(operand, (order) => order < 0),
      );
    case '$lte':
      return anyValue(
        parts,
        compares(operand, (order) => order <= 0),
      );
    case '$in':
      return anyValue(parts, oneOf(operator, operand));
    case '$nin':
      return not(anyValue(parts, oneOf(operator, operand)));
    case '$exists': {
      const exists = anyValue(parts, (value) => value !== undefined);
      return truthy(operand) ? exists : not(exists);
    }
    case '$not':
      return not(negated(parts, operand, scope));
    case '$type':
      return anyValue(parts, typePredicate(operand));
    case '$regex':
      return anyValue(parts, regexPredicate(operand, siblings.$options));
    case '$mod':
      return anyValue(parts, modPredicate(operand));
    case '$size': {
      const size = Number(operand);
      if (!Number.isInteger(size) || size < 0)
        throw new CommandFailure(2, 'Failed to parse $size. Expected a non-negative integer');
      return (doc) => someAt(doc, parts, (value) => Array.isArray(value) && value.length === size, false);
    }
    case '$all':
      return all(parts, operand, scope);
    case '$elemMatch': {
      const element = elementPredicate(operand, scope);
      return (doc) => someAt(doc, parts, (value) => Array.isArray(value) && value.some(element), false);
    }
    case '$bitsAllSet':
    case '$bitsAllClear':
    case '$bitsAnySet':
    case '$bitsAnyClear':
      return anyValue(parts, bitsPredicate(operator, operand));
    case '$comment':
      return () => true;
    default:
      throw new CommandFailure(2, `unknown operator: ${operator}`);
  }
}

function not(matches: Matcher): Matcher {
  return (doc) => !matches(doc);
}

function negated(parts: readonly string[], operand: unknown, scope: QueryScope): Matcher {
  if (isRegex(operand)) return anyValue(parts, regexPredicate(operand));
  if (!isOperatorDoc(operand)) throw new CommandFailure(2, '$not needs a regex or a document');
  return compileOperators(parts, operand, scope);
}

/** null equals a missing field. */
function equals(operand: unknown): Predicate {
  if (operand === null || operand === undefined) return (value) => value === null || value === undefined;
  const rank = rankOf(operand);
  return (value) => rankOf(value) === rank && equalValues(value, operand);
}

/** Only values of the operand's type compare with it (type bracketing), but for MinKey and MaxKey. */
function compares(operand: unknown, accept: (order: number) => boolean): Predicate {
  if (isRegex(operand)) throw new CommandFailure(2, "Can't have RegEx as arg to predicate over field.");
  const rank = rankOf(operand);
  if (rank === Rank.minKey || rank === Rank.maxKey) return (value) => accept(compareValues(value ?? null, operand));
  if (rank === Rank.null) return (value) => (value === null || value === undefined) && accept(0);
  if (isNaNValue(operand)) return (value) => isNaNValue(value) && accept(0);
  return (value) => rankOf(value) === rank && !isNaNValue(value) && accept(compareValues(value, operand));
}

export function isNaNValue(value: unknown): boolean {
  return rankOf(value) === Rank.number && Number.isNaN(nearestDouble(value as Numeric));
}

function oneOf(operator: string, operand: unknown): Predicate {
  if (!Array.isArray(operand)) throw new CommandFailure(2, `${operator} needs an array`);
  const predicates = operand.map((item: unknown): Predicate => {
    if (isOperatorDoc(item)) throw new CommandFailure(2, `cannot nest $ under ${operator}`);
    return isRegex(item) ? regexPredicate(item) : equals(item);
  });
  return (value) => predicates.some((predicate) => predicate(value));
}

function regexPredicate(operand: unknown, options?: unknown): Predicate {
  const given = options === undefined ? undefined : patternText(options);
  const occursIn = isRegex(operand)
    ? regexTest(operand.pattern, given ?? operand.options)
    : regexTest(patternText(operand), given ?? '');
  return (value) => {
    if (isRegex(value)) return isRegex(operand) && equalValues(value, operand);
    return typeof value === 'string' && occursIn(value);
  };
}

function patternText(value: unknown): string {
  if (typeof value !== 'string') throw new CommandFailure(2, '$regex has to be a string');
  return value;
}

function all(parts: readonly string[], operand: unknown, scope: QueryScope): Matcher {
  if (!Array.isArray(operand)) throw new CommandFailure(2, '$all needs an array');
  if (operand.length === 0) return () => false;
  return every(operand.map((item) => compileField(parts.join('.'), item, scope)));
}

function elementPredicate(operand: unknown, scope: QueryScope): Predicate {
  if (!isDoc(operand)) throw new CommandFailure(2, '$elemMatch needs an Object');
  const first = Object.keys(operand)[0] ?? '';
  if (isOperatorDoc(operand) && !['$and', '$or', '$nor', '$expr'].includes(first)) {
    const matches = compileOperators(['value'], operand, scope);
    // The element itself is compared, so an array in the array is not searched any deeper than MongoDB does.
    return (value) => matches({ value });
  }
  const matches = compileFilter(operand, scope);
  return (value) => isDoc(value) && matches(value);
}

/** What `$pull` removes: elements that meet a condition, match a filter (documents), or equal a value. */
export function compileElementCondition(condition: unknown, scope: QueryScope): (element: unknown) => boolean {
  if (isDoc(condition)) return elementPredicate(condition, scope);
  return isRegex(condition) ? regexPredicate(condition) : equals(condition);
}
