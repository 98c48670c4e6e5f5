import type { KeyWriter } from '../bson/key-writer.js';
import { type Doc, isDoc } from '../bson/values.js';
import { CommandFailure } from '../failure.js';

export type Direction = 1 | -1;

export interface IndexField {
  readonly path: string;
  readonly parts: readonly string[];
  readonly direction: Direction;
}

/** What `createIndexes` was asked for. */
export interface IndexSpec {
  readonly name: string;
  readonly fields: readonly IndexField[];
  readonly unique: boolean;
  readonly sparse: boolean;
  readonly partialFilter: Doc | undefined;
  /** TTL: documents go this many seconds after the date in the single field. */
  readonly expireAfterSeconds: number | undefined;
}

/** One index of a collection. */
export class IndexDefinition {
  /** Some document has had an array in an indexed path: keys of one document may be many. Never goes back to false. */
  multikey: boolean;

  constructor(
    /** Prefix of its keys; never used again after a drop. */
    readonly id: number,
    readonly spec: IndexSpec,
    /** Whether a document belongs into the partial index. */
    private readonly accepts: (doc: Doc) => boolean,
    multikey = false,
  ) {
    this.multikey = multikey;
  }

  get isIdIndex(): boolean {
    return this.spec.name === '_id_';
  }

  /**
   * The keys of a document, each with the values it was made of.
   * @throws CommandFailure for parallel arrays and keys that are too long.
   */
  keysOf(doc: Doc, record: number, writer: KeyWriter): IndexKeys {
    if (!this.accepts(doc)) return { keys: noKeys, multikey: false };
    const found: unknown[][] = [];
    const { fields, sparse, unique } = this.spec;
    const multikey = collect(
      fields.map((field) => ({ value: doc, rest: field.parts, done: false })),
      found,
    );
    const keys = new Map<string, IndexKey>();
    for (const values of found) {
      if (sparse && values.every((value) => value === undefined)) continue;
      writer.reset().uint32(this.id);
      fields.forEach((field, at) => writer.value(indexed(values[at]), field.direction < 0));
      if (!unique) writer.uint48(record);
      const bytes = writer.finish();
      keys.set(bytes.toString('latin1'), { bytes, values });
    }
    return { keys, multikey };
  }
}

export interface IndexKey {
  readonly bytes: Buffer;
  readonly values: readonly unknown[];
}

export interface IndexKeys {
  /** By the key's bytes as Latin-1 text. */
  readonly keys: ReadonlyMap<string, IndexKey>;
  readonly multikey: boolean;
}

const noKeys: ReadonlyMap<string, IndexKey> = new Map();

/** Stands for an empty array, which sorts below null. */
const emptyArray = Symbol('empty array');

function indexed(value: unknown): unknown {
  if (value === undefined) return null;
  return value === emptyArray ? undefined : value;
}

interface Step {
  readonly value: unknown;
  readonly rest: readonly string[];
  /** The value is what gets indexed, even if it is an array. */
  readonly done: boolean;
}

/**
 * Follows all fields of an index at once and appends one row of values for each key. The first array that is met
 * multiplies the rows by its elements; a second, different one would multiply them again, which MongoDB refuses.
 * @returns whether an array was met.
 */
function collect(steps: readonly Step[], rows: unknown[][]): boolean {
  const stops = steps.map(follow);
  const open = stops.filter((stop) => !stop.done);
  const array = open[0]?.value as unknown[] | undefined;
  if (!array) {
    rows.push(stops.map((stop) => stop.value));
    return false;
  }
  if (open.some((stop) => stop.value !== array)) throw new CommandFailure(171, 'cannot index parallel arrays');
  const elements = array.length > 0 ? array : [emptyArray];
  for (const element of elements) {
    const next = stops.map((stop): Step => {
      if (stop.done) return stop;
      if (stop.rest.length === 0) return { value: element, rest: [], done: true };
      return isDoc(element) ? { value: element, rest: stop.rest, done: false } : missing;
    });
    collect(next, rows);
  }
  return true;
}

const missing: Step = { value: undefined, rest: [], done: true };

/** Goes down to the value, or to the first array on the way that is not indexed by number. */
function follow(step: Step): Step {
  if (step.done) return step;
  let { value } = step;
  for (let at = 0; at < step.rest.length; at++) {
    const name = step.rest[at] as string;
    if (Array.isArray(value)) {
      if (!/^\d+$/.test(name)) return { value, rest: step.rest.slice(at), done: false };
      value = value[Number(name)];
    } else {
      value = isDoc(value) && Object.hasOwn(value, name) ? value[name] : undefined;
    }
    if (value === undefined) return missing;
  }
  return { value, rest: [], done: !Array.isArray(value) };
}
