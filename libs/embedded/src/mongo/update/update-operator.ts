import type { Target } from './targets.js';

/** What operators may need besides their operand. */
export interface UpdateScope {
  readonly now: Date;
  /** The document is made by an upsert. */
  readonly inserting: boolean;
  /** For messages. */
  readonly id: unknown;
}

/** What an update does to one field. */
export interface UpdateOperator {
  /** Whether it makes the fields on the way to its target. */
  readonly creates: boolean;
  apply(target: Target, operand: unknown, scope: UpdateScope): void;
}
