import type { Doc } from '../bson/values.js';

/** What an expression is evaluated against. */
export interface Frame {
  /** `$$ROOT` */
  readonly root: Doc;
  /** `$$CURRENT`, where plain field paths start. */
  readonly current: unknown;
  /** `$$NOW`: the server's time when the command began. */
  readonly now: Date;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** A compiled expression; undefined is a missing value. */
export type Evaluate = (frame: Frame) => unknown;

/** Compiles sub-expressions with the variables that are in scope, plus `more`. */
export type Compile = (expression: unknown, more?: readonly string[]) => Evaluate;

/** Compiles the operand of one operator. */
export type OperatorCompiler = (operand: unknown, compile: Compile, operator: string) => Evaluate;
export type Operators = Readonly<Record<string, OperatorCompiler>>;

export function withVariables(frame: Frame, variables: Readonly<Record<string, unknown>>): Frame {
  return { ...frame, variables: { ...frame.variables, ...variables } };
}
