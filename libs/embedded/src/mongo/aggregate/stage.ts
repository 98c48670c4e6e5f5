import type { Doc } from '../bson/values.js';
import type { QueryScope } from '../query/matcher.js';

/** Documents on their way through a pipeline, in batches. */
export type Documents = AsyncGenerator<Doc[], void, undefined>;
export type Stage = (input: Documents) => Documents;

/** What the stages of a pipeline may use. */
export interface StageScope extends QueryScope {
  /** Runs a pipeline on the documents of a collection of the database that match a filter. */
  readonly run: (collection: string, filter: Doc, stages: readonly unknown[], scope: StageScope) => Documents;
}

export async function collect(input: Documents): Promise<Doc[]> {
  const all: Doc[] = [];
  for await (const batch of input) for (const doc of batch) all.push(doc);
  return all;
}
