import { compareValues } from '../bson/compare.js';
import { numeric } from '../bson/arithmetic.js';
import { CommandFailure } from '../failure.js';
import type { Evaluate, Operators } from './frame.js';
import { withVariables } from './frame.js';
import { asDoc, isNullish, namedArguments, operator } from './operands.js';
import { truthy } from './truth.js';

/** Comparison, boolean and conditional operators, and `$let`. Comparisons order values of all types. */
export const conditionOperators: Operators = {
  $eq: operator(2, (a, b) => compareValues(a, b) === 0),
  $ne: operator(2, (a, b) => compareValues(a, b) !== 0),
  $gt: operator(2, (a, b) => compareValues(a, b) > 0),
  $gte: operator(2, (a, b) => compareValues(a, b) >= 0),
  $lt: operator(2, (a, b) => compareValues(a, b) < 0),
  $lte: operator(2, (a, b) => compareValues(a, b) <= 0),
  $cmp: operator(2, (a, b) => numeric(Math.sign(compareValues(a, b)))),

  $and: (operand, compile) => {
    const args = list(operand).map((arg) => compile(arg));
    return (frame) => args.every((arg) => truthy(arg(frame)));
  },
  $or: (operand, compile) => {
    const args = list(operand).map((arg) => compile(arg));
    return (frame) => args.some((arg) => truthy(arg(frame)));
  },
  $not: operator(1, (value) => !truthy(value)),

  $cond: (operand, compile, name) => {
    if (Array.isArray(operand) && operand.length !== 3) {
      throw new CommandFailure(9, `Expression $cond takes exactly 3 arguments. ${operand.length} were passed in.`);
    }
    const [test, then, otherwise] = Array.isArray(operand) ? (operand as unknown[]) : [];
    const spec = Array.isArray(operand) ? { if: test, then, else: otherwise } : operand;
    const args = namedArguments(name, spec, compile, ['if', 'then', 'else']);
    return (frame) => (truthy(args.if?.(frame)) ? args.then?.(frame) : args.else?.(frame));
  },
  $ifNull: (operand, compile) => {
    const args = list(operand).map((arg) => compile(arg));
    if (args.length < 2) throw new CommandFailure(9, '$ifNull needs at least two arguments');
    return (frame) => {
      let value: unknown;
      for (const arg of args) {
        value = arg(frame);
        if (!isNullish(value)) return value;
      }
      return value;
    };
  },
  $switch: (operand, compile, name) => {
    const spec = asDoc(name, operand);
    const branches = list(spec.branches).map((branch) => namedArguments(name, branch, compile, ['case', 'then']));
    const otherwise: Evaluate | undefined = 'default' in spec ? compile(spec.default) : undefined;
    return (frame) => {
      const branch = branches.find((candidate) => truthy(candidate.case?.(frame)));
      if (branch) return branch.then?.(frame);
      if (!otherwise)
        throw new CommandFailure(2, '$switch could not find a matching branch, and no default was specified.');
      return otherwise(frame);
    };
  },
  $let: (operand, compile, name) => {
    const { vars, in: body } = asDoc(name, operand);
    const bindings = Object.entries(asDoc(name, vars)).map(([variable, value]) => [variable, compile(value)] as const);
    const evaluate = compile(
      body,
      bindings.map(([variable]) => variable),
    );
    return (frame) =>
      evaluate(withVariables(frame, Object.fromEntries(bindings.map(([variable, value]) => [variable, value(frame)]))));
  },
};

function list(operand: unknown): unknown[] {
  return Array.isArray(operand) ? operand : [operand];
}
