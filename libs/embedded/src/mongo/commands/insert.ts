import { ObjectId } from 'bson';
import { checkDocumentSize, decode, encode, withIdFirst } from '../bson/codec.js';
import { type Doc, isRegex } from '../bson/values.js';
import { CommandFailure } from '../failure.js';
import type { Catalog } from '../storage/catalog.js';
import { collectionName, flag } from './arguments.js';
import type { Commands, Invocation, Reply, Server } from './command.js';
import { withErrors, type WriteError, writeError } from './write-result.js';

/** Documents inserted in one write transaction: the rest of the process waits no longer than these take. */
const chunkSize = 200;

export const insertCommands: Commands = { insert };

async function insert(invocation: Invocation, server: Server): Promise<Reply> {
  const name = collectionName(invocation);
  const documents = invocation.sequences.get('documents');
  if (!documents) throw new CommandFailure(9, 'insert needs documents');
  const ordered = flag(invocation.body, 'ordered', true);
  const errors: WriteError[] = [];
  let inserted = 0;
  for (let start = 0; start < documents.length; start += chunkSize) {
    const chunk = documents.slice(start, start + chunkSize);
    inserted += await server.environment.write(() => {
      let count = 0;
      for (const [at, bytes] of chunk.entries()) {
        try {
          insertOne(server.catalog, invocation.database, name, bytes);
          count += 1;
        } catch (error) {
          errors.push(writeError(start + at, error));
          if (ordered) break;
        }
      }
      return count;
    }, invocation.durability);
    if (ordered && errors.length > 0) break;
  }
  return withErrors({ n: inserted }, errors);
}

function insertOne(catalog: Catalog, database: string, name: string, raw: Uint8Array): void {
  checkDocumentSize(raw.length);
  const { bytes, doc } = withId(raw);
  checkId(doc._id);
  catalog.ensure(database, name).insert({ bytes, doc });
}

function withId(raw: Uint8Array): { bytes: Uint8Array; doc: Doc } {
  const bytes = withIdFirst(raw);
  if (bytes) return { bytes, doc: decode(bytes) };
  const doc = { _id: new ObjectId(), ...decode(raw) };
  return { bytes: encode(doc), doc };
}

/** @throws CommandFailure InvalidIdField */
export function checkId(id: unknown): void {
  if (Array.isArray(id)) throw new CommandFailure(53, "The '_id' value cannot be of type array");
  if (isRegex(id)) throw new CommandFailure(53, "The '_id' value cannot be of type regex");
}
