import { numeric } from '../bson/arithmetic.js';
import { calculateObjectSize } from 'bson';
import { nearestDouble } from '../bson/number-key.js';
import { type Doc, isDoc, isNumeric, setField } from '../bson/values.js';
import { valueAtPath } from '../expression/compile.js';
import { CommandFailure, NotSupported } from '../failure.js';
import { compileFilter } from '../query/matcher.js';
import { compileAddFields } from '../query/projection.js';
import { parseSort, Sorter } from '../query/sort.js';
import { compileDocumentStage, specDoc, stageEntry } from './document-stages.js';
import { group } from './group.js';
import { lookup } from './lookup.js';
import { collect, type Documents, type Stage, type StageScope } from './stage.js';

/** @throws CommandFailure for malformed stages and those that are not implemented. */
export function compilePipeline(stages: readonly unknown[], scope: StageScope): Stage {
  const compiled = stages.map((stage) => compileStage(stage, scope));
  return (input) => compiled.reduce((documents, stage) => stage(documents), input);
}

function compileStage(stage: unknown, scope: StageScope): Stage {
  const perDocument = compileDocumentStage(stage, scope);
  if (perDocument) return each((batch) => batch.map(perDocument));
  const [name, spec] = stageEntry(stage);
  switch (name) {
    case '$match': {
      const matches = compileFilter(specDoc(name, spec), scope);
      return each((batch) => batch.filter(matches));
    }
    case '$sort':
      return sorted(spec);
    case '$limit':
      return limited(wholeNumber(name, spec, 1));
    case '$skip':
      return skipped(wholeNumber(name, spec, 0));
    case '$group':
      return group(specDoc(name, spec), scope);
    case '$count': {
      if (typeof spec !== 'string' || spec === '')
        throw new CommandFailure(9, 'the count field must be a non-empty string');
      return counted(spec);
    }
    case '$sortByCount':
      return compilePipeline(
        [{ $group: { _id: spec, count: { $sum: numeric(1) } } }, { $sort: { count: numeric(-1) } }],
        scope,
      );
    case '$unwind':
      return unwound(spec);
    case '$lookup':
      return lookup(specDoc(name, spec), scope);
    case '$unionWith':
      return union(spec, scope);
    case '$facet':
      return facet(specDoc(name, spec), scope);
    default:
      throw new CommandFailure(168, `Unrecognized or unsupported pipeline stage name: '${name}'`);
  }
}

function each(change: (batch: Doc[]) => Doc[]): Stage {
  return async function* (input) {
    for await (const batch of input) yield change(batch);
  };
}

function wholeNumber(name: string, spec: unknown, least: number): number {
  const number = isNumeric(spec) ? nearestDouble(spec) : NaN;
  if (Number.isInteger(number) && number >= least) return number;
  throw new CommandFailure(9, `invalid argument to ${name} stage: a number from ${least} is needed`);
}

function sorted(spec: unknown): Stage {
  const fields = parseSort(specDoc('$sort', spec));
  return async function* (input) {
    const sorter = new Sorter<Doc>(fields);
    for await (const batch of input) for (const doc of batch) sorter.add(doc, doc, calculateObjectSize(doc));
    yield sorter.finish();
  };
}

function limited(limit: number): Stage {
  return async function* (input) {
    let left = limit;
    for await (const batch of input) {
      yield batch.slice(0, left);
      left -= batch.length;
      if (left <= 0) return;
    }
  };
}

function skipped(count: number): Stage {
  return async function* (input) {
    let left = count;
    for await (const batch of input) {
      if (left < batch.length) yield batch.slice(left);
      left = Math.max(0, left - batch.length);
    }
  };
}

function counted(field: string): Stage {
  return async function* (input) {
    let count = 0;
    for await (const batch of input) count += batch.length;
    if (count > 0) yield [{ [field]: numeric(count) }];
  };
}

function unwound(spec: unknown): Stage {
  const {
    path,
    preserveNullAndEmptyArrays: keep,
    includeArrayIndex: indexField,
  } = isDoc(spec) ? spec : { path: spec, preserveNullAndEmptyArrays: false, includeArrayIndex: undefined };
  if (typeof path !== 'string' || !path.startsWith('$')) {
    throw new CommandFailure(9, "path option to $unwind stage should be prefixed with a '$'");
  }
  const name = path.slice(1);
  const setAt = compileAddFields({ [name]: '$$value' }, ['value']);
  const place = (doc: Doc, value: unknown, index: number | null): Doc => {
    const frame = { root: doc, current: doc, now: new Date(0), variables: { value } };
    const result = value === absent ? { ...doc } : setAt(doc, frame);
    if (typeof indexField === 'string') setField(result, indexField, index === null ? null : numeric(index));
    return result;
  };
  const expand = (doc: Doc): Doc[] => {
    const value = valueAtPath(doc, name.split('.'));
    if (Array.isArray(value) && value.length > 0) return value.map((item, index) => place(doc, item, index));
    if (value === undefined || value === null || Array.isArray(value))
      return keep === true ? [place(doc, absent, null)] : [];
    return [place(doc, value, null)];
  };
  return each((batch) => batch.flatMap(expand));
}

const absent = Symbol('absent');

function union(spec: unknown, scope: StageScope): Stage {
  const { coll, pipeline = [] } = isDoc(spec) ? spec : { coll: spec };
  if (typeof coll !== 'string' || !Array.isArray(pipeline)) throw new NotSupported('$unionWith without a collection');
  const stages: readonly unknown[] = pipeline;
  return async function* (input) {
    yield* input;
    yield* scope.run(coll, {}, stages, scope);
  };
}

function facet(spec: Doc, scope: StageScope): Stage {
  const facets = Object.entries(spec).map(([name, pipeline]) => {
    if (!Array.isArray(pipeline)) throw new CommandFailure(9, 'arguments to $facet must be arrays');
    return { name, run: compilePipeline(pipeline, scope) };
  });
  return async function* (input) {
    const all = await collect(input);
    const result: Doc = {};
    for (const { name, run } of facets) setField(result, name, await collect(run(one(all))));
    yield [result];
  };
}

// eslint-disable-next-line @typescript-eslint/require-await
async function* one(batch: Doc[]): Documents {
  yield batch;
}
