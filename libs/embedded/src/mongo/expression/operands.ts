import { type Doc, isDoc, isNumeric, type Numeric, typeName } from '../bson/values.js';
import { CommandFailure } from '../failure.js';
import type { Compile, Evaluate, OperatorCompiler } from './frame.js';

/** An operator of a fixed number of arguments; a single one may be given without its array. */
export function operator(count: number | [number, number], apply: (...values: unknown[]) => unknown): OperatorCompiler {
  const [least, most] = typeof count === 'number' ? [count, count] : count;
  return (operand, compile, name) => {
    const args = (Array.isArray(operand) ? (operand as unknown[]) : [operand]).map((arg) => compile(arg));
    if (args.length < least || args.length > most) {
      const wanted = least === most ? `exactly ${least}` : `${least} to ${most}`;
      throw new CommandFailure(9, `Expression ${name} takes ${wanted} arguments. ${args.length} were passed in.`);
    }
    const [first, second] = args;
    if (args.length === 1 && first) return (frame) => apply(first(frame));
    if (args.length === 2 && first && second) return (frame) => apply(first(frame), second(frame));
    return (frame) => apply(...args.map((arg) => arg(frame)));
  };
}

/** An operator of any number of arguments. */
export function variadic(apply: (values: unknown[]) => unknown): OperatorCompiler {
  return (operand, compile) => {
    const args = (Array.isArray(operand) ? (operand as unknown[]) : [operand]).map((arg) => compile(arg));
    return (frame) => apply(args.map((arg) => arg(frame)));
  };
}

/** The named arguments of operators such as `$dateAdd`. */
export function namedArguments(
  operatorName: string,
  operand: unknown,
  compile: Compile,
  required: readonly string[],
  optional: readonly string[] = [],
): Record<string, Evaluate | undefined> {
  const spec = asDoc(operatorName, operand);
  for (const name of Object.keys(spec)) {
    if (required.includes(name) || optional.includes(name)) continue;
    throw new CommandFailure(9, `Unrecognized argument to ${operatorName}: ${name}`);
  }
  for (const name of required) {
    if (!(name in spec)) throw new CommandFailure(9, `${operatorName} requires '${name}' to be specified`);
  }
  return Object.fromEntries(Object.entries(spec).map(([name, value]) => [name, compile(value)]));
}

export function asDoc(operatorName: string, operand: unknown): Doc {
  if (!isDoc(operand)) throw new CommandFailure(9, `${operatorName} requires an object as an argument`);
  return operand;
}

export function isNullish(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

/** @throws CommandFailure TypeMismatch */
export function numberOf(operatorName: string, value: unknown): Numeric {
  if (!isNumeric(value)) {
    throw new CommandFailure(14, `${operatorName} only supports numeric types, not ${typeName(value)}`);
  }
  return value;
}

/** @throws CommandFailure TypeMismatch */
export function stringOf(operatorName: string, value: unknown): string {
  if (typeof value !== 'string')
    throw new CommandFailure(14, `${operatorName} requires a string, found: ${typeName(value)}`);
  return value;
}

/** @throws CommandFailure TypeMismatch */
export function arrayOf(operatorName: string, value: unknown): unknown[] {
  if (!Array.isArray(value))
    throw new CommandFailure(14, `${operatorName} requires an array, found: ${typeName(value)}`);
  return value;
}

/** @throws CommandFailure TypeMismatch */
export function dateOf(operatorName: string, value: unknown): Date {
  if (!(value instanceof Date))
    throw new CommandFailure(14, `${operatorName} requires a date, found: ${typeName(value)}`);
  return value;
}
