import { type Doc, isDoc } from '../bson/values.js';
import { compileExpression } from '../expression/compile.js';
import type { Frame } from '../expression/frame.js';
import { CommandFailure } from '../failure.js';
import type { QueryScope } from '../query/matcher.js';
import { compileAddFields, compileProjection } from '../query/projection.js';

/** A stage that turns each document into one other document. */
export type DocumentStage = (doc: Doc) => Doc;

/**
 * Compiles the stages that aggregation pipelines and update pipelines share.
 * @returns undefined for stages of other kinds.
 */
export function compileDocumentStage(stage: unknown, scope: QueryScope): DocumentStage | undefined {
  const [name, spec] = stageEntry(stage);
  const { now, variables = {} } = scope;
  const names = Object.keys(variables);
  const frameOf = (doc: Doc): Frame => ({ root: doc, current: doc, now, variables });
  switch (name) {
    case '$set':
    case '$addFields': {
      const add = compileAddFields(specDoc(name, spec), names);
      return (doc) => add(doc, frameOf(doc));
    }
    case '$project': {
      const fields = specDoc(name, spec);
      if (Object.keys(fields).length === 0)
        throw new CommandFailure(9, 'projection specification must have at least one field');
      const project = compileProjection(fields, scope);
      return (doc) => project(doc, scope);
    }
    case '$unset': {
      const paths = Array.isArray(spec) ? spec : [spec];
      if (paths.length === 0 || paths.some((path) => typeof path !== 'string')) {
        throw new CommandFailure(9, '$unset specification must be a string or an array of strings');
      }
      const project = compileProjection(Object.fromEntries(paths.map((path) => [path as string, false])), scope);
      return (doc) => project(doc, scope);
    }
    case '$replaceRoot':
    case '$replaceWith': {
      const expression = name === '$replaceRoot' ? specDoc(name, spec).newRoot : spec;
      const evaluate = compileExpression(expression, names);
      return (doc) => {
        const root = evaluate(frameOf(doc));
        if (!isDoc(root)) throw new CommandFailure(2, `the new root of ${name} must evaluate to an object`);
        return root;
      };
    }
    default:
      return undefined;
  }
}

/** The name and the specification of a pipeline stage. */
export function stageEntry(stage: unknown): [string, unknown] {
  const entries = isDoc(stage) ? Object.entries(stage) : [];
  const [entry] = entries;
  if (!entry || entries.length !== 1) {
    throw new CommandFailure(9, 'A pipeline stage specification object must contain exactly one field.');
  }
  return entry;
}

export function specDoc(name: string, spec: unknown): Doc {
  if (!isDoc(spec)) throw new CommandFailure(9, `the ${name} stage specification must be an object`);
  return spec;
}
