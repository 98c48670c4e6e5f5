import { type Doc, fieldsOf, isDoc, setField } from '../bson/values.js';
import { CommandFailure } from '../failure.js';
import type { Compile, Evaluate, Operators } from './frame.js';
import { arithmeticOperators } from './arithmetic.js';
import { arrayOperators } from './arrays.js';
import { conditionOperators } from './conditions.js';
import { dateOperators } from './dates.js';
import { objectOperators } from './objects.js';
import { stringOperators } from './strings.js';
import { typeOperators } from './types.js';

const operators: Operators = {
  ...arithmeticOperators,
  ...arrayOperators,
  ...conditionOperators,
  ...dateOperators,
  ...objectOperators,
  ...stringOperators,
  ...typeOperators,
  $literal: (operand) => () => operand,
};

/**
 * Compiles an aggregation expression.
 * @param variables names that `$$name` may refer to, besides the system variables.
 * @throws CommandFailure for unknown operators and variables, and malformed operands.
 */
export function compileExpression(expression: unknown, variables: readonly string[] = []): Evaluate {
  const compile: Compile = (inner, more) => compileExpression(inner, more ? [...variables, ...more] : variables);
  if (typeof expression === 'string')
    return expression.startsWith('$') ? fieldPath(expression, variables) : () => expression;
  if (Array.isArray(expression)) {
    const items = expression.map((item: unknown) => compile(item));
    return (frame) => items.map((item) => item(frame) ?? null);
  }
  if (!isDoc(expression)) return () => expression;
  const entries = Object.entries(fieldsOf(expression));
  const name = entries[0]?.[0];
  if (name?.startsWith('$')) {
    if (entries.length !== 1) {
      throw new CommandFailure(
        9,
        `an expression specification must contain exactly one field, found ${entries.length}`,
      );
    }
    const operator = Object.hasOwn(operators, name) ? operators[name] : undefined;
    if (!operator) throw new CommandFailure(168, `Unrecognized expression '${name}'`);
    return operator(entries[0]?.[1], compile, name);
  }
  return objectLiteral(entries, compile);
}

function objectLiteral(entries: readonly [string, unknown][], compile: Compile): Evaluate {
  const fields = entries.map(([name, value]) => [name, compile(value)] as const);
  return (frame) => {
    const doc: Doc = {};
    for (const [name, evaluate] of fields) {
      const value = evaluate(frame);
      if (value !== undefined) setField(doc, name, value);
    }
    return doc;
  };
}

function fieldPath(expression: string, variables: readonly string[]): Evaluate {
  if (!expression.startsWith('$$')) {
    const parts = pathParts(expression.slice(1));
    return (frame) => valueAtPath(frame.current, parts);
  }
  const [name = '', ...parts] = expression.slice(2).split('.');
  switch (name) {
    case 'ROOT':
      return (frame) => valueAtPath(frame.root, parts);
    case 'CURRENT':
      return (frame) => valueAtPath(frame.current, parts);
    case 'NOW':
      return (frame) => valueAtPath(frame.now, parts);
    case 'REMOVE':
      return () => undefined;
    default:
      if (!variables.includes(name)) throw new CommandFailure(17419, `Use of undefined variable: ${name}`);
      return (frame) => valueAtPath(frame.variables[name], parts);
  }
}

function pathParts(path: string): string[] {
  const parts = path.split('.');
  if (parts.some((part) => part === '')) throw new CommandFailure(9, `FieldPath '${path}' has an empty field name`);
  return parts;
}

/** Arrays on the way yield the array of what their elements have at the rest of the path. */
export function valueAtPath(value: unknown, parts: readonly string[], at = 0): unknown {
  const name = parts[at];
  if (name === undefined) return value;
  if (Array.isArray(value)) {
    return value
      .filter((item) => isDoc(item) || Array.isArray(item))
      .map((item) => valueAtPath(item, parts, at))
      .filter((item) => item !== undefined);
  }
  if (!isDoc(value)) return undefined;
  const doc = fieldsOf(value);
  return Object.hasOwn(doc, name) ? valueAtPath(doc[name], parts, at + 1) : undefined;
}
