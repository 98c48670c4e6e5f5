/** An instant `ms` milliseconds from now, in database time: an expression for update pipelines and `$expr`. */
export const fromNow = (ms: number) => ({ $add: ['$$NOW', ms] });

/** True for records whose lease has ended, in database time. */
export const leaseIsOver = { $expr: { $lte: ['$lease_expires', '$$NOW'] } };

/** The opposite. */
export const leaseHolds = { $expr: { $gt: ['$lease_expires', '$$NOW'] } };

/** Values for an update pipeline, where a text that begins with `$` would be read as a field. */
export const literals = (values: Readonly<Record<string, unknown>>): Record<string, { $literal: unknown }> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { $literal: value }]));
