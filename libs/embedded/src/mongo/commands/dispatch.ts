import { constants } from 'node:os';
import { onDemand } from 'bson';
import { decode, encode } from '../bson/codec.js';
import type { Durability } from '../../storage/durability.js';
import { type Doc, isDoc } from '../bson/values.js';
import { CommandFailure, NotSupported } from '../failure.js';
import type { Request } from '../wire/message.js';
import { aggregateCommands } from './aggregate.js';
import type { Commands, Reply, Server } from './command.js';
import { deleteCommands } from './delete.js';
import { findAndModifyCommands } from './find-and-modify.js';
import { findCommands } from './find.js';
import { indexCommands } from './indexes.js';
import { insertCommands } from './insert.js';
import { namespaceCommands } from './namespaces.js';
import { sessionCommands } from './session.js';
import { updateCommands } from './update.js';

const commands: Commands = {
  ...aggregateCommands,
  ...deleteCommands,
  ...findAndModifyCommands,
  ...findCommands,
  ...indexCommands,
  ...insertCommands,
  ...namespaceCommands,
  ...sessionCommands,
  ...updateCommands,
};

/** Runs one request. Never throws: what goes wrong becomes an error reply. @returns the BSON of the reply. */
export async function dispatch(request: Request, connectionId: number, server: Server): Promise<Uint8Array> {
  try {
    const reply = await run(request, connectionId, server);
    return Buffer.isBuffer(reply) ? reply : encode({ ...reply, ok: 1 });
  } catch (error) {
    return encode(failure(error));
  }
}

function failure(error: unknown): Doc {
  if (error instanceof CommandFailure) {
    const { code, codeName, message, details } = error;
    return { ok: 0, errmsg: message, code, codeName, ...details };
  }
  const message = error instanceof Error ? error.message : String(error);
  if (isDiskFull(error))
    return failure(new CommandFailure(14031, `The disk of the data directory is full: ${message}`));
  return { ok: 0, errmsg: `The embedded database failed: ${message}`, code: 8000, codeName: 'InternalError' };
}

/** LMDB passes the operating system's number on. */
const isDiskFull = (error: unknown): boolean => (error as { code?: unknown }).code === constants.errno.ENOSPC;

async function run(request: Request, connectionId: number, server: Server): Promise<Reply> {
  const { body, documents } = splitDocuments(request.body);
  const decoded = decode(body);
  const name = Object.keys(decoded)[0] ?? '';
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) throw new CommandFailure(59, `no such command: '${name}'`);
  if (decoded.startTransaction !== undefined || decoded.autocommit !== undefined) {
    throw new NotSupported('A transaction');
  }
  const database = request.database ?? decoded.$db;
  if (typeof database !== 'string') throw new CommandFailure(73, 'The command names no database ($db)');
  const sequences = documents ? new Map([['documents', documents]]) : request.sequences;
  const scope = { now: new Date() };
  const durability = durabilityOf(decoded.writeConcern);
  return command({ name, database, body: decoded, sequences, scope, connectionId, durability }, server);
}

/** A client that does not wait for the journal (`j: false`) does not wait for the disk: as on a MongoDB server. */
const durabilityOf = (writeConcern: unknown): Durability =>
  isDoc(writeConcern) && writeConcern.j === false ? 'process' : 'disk';

/** Takes the documents of an insert out of the command as raw bytes, so that they are stored as they came. */
function splitDocuments(body: Buffer): { body: Uint8Array; documents?: Uint8Array[] } {
  let first = true;
  for (const [type, nameOffset, nameLength, offset, length] of onDemand.parseToElements(body)) {
    const name = body.toString('latin1', nameOffset, nameOffset + nameLength);
    if (first && name !== 'insert') return { body };
    first = false;
    if (name !== 'documents' || type !== 4) continue;
    const array = body.subarray(offset, offset + length);
    const documents = [...onDemand.parseToElements(array)].map(([kind, , , at, size]) => {
      if (kind !== 3) throw new CommandFailure(14, 'The documents of an insert must be objects');
      return array.subarray(at, at + size);
    });
    const rest = Buffer.concat([body.subarray(0, nameOffset - 1), body.subarray(offset + length)]);
    rest.writeInt32LE(rest.length, 0);
    return { body: rest, documents };
  }
  return { body };
}
