import type { Durability } from '../../storage/durability.js';
import type { Doc } from '../bson/values.js';
import type { CursorRegistry } from '../cursors.js';
import type { QueryScope } from '../query/matcher.js';
import type { Catalog } from '../storage/catalog.js';
import type { Environment } from '../storage/environment.js';

/** What commands work on. */
export interface Server {
  readonly environment: Environment;
  readonly catalog: Catalog;
  readonly cursors: CursorRegistry;
  /** Begins to remove, in the background, what dropped collections and indexes left. */
  collectGarbage(): void;
}

/** One command of a client. */
export interface Invocation {
  readonly name: string;
  readonly database: string;
  /** The decoded command without document sequences. */
  readonly body: Doc;
  /** Documents that came as raw BSON: by sequence, or as the `documents` of an insert. */
  readonly sequences: ReadonlyMap<string, readonly Uint8Array[]>;
  readonly scope: QueryScope;
  readonly connectionId: number;
  /** What the reply to a write promises. */
  readonly durability: Durability;
}

/** The reply without `ok`, which is added, or the BSON of a whole reply. */
export type Reply = Doc | Buffer;
export type Command = (invocation: Invocation, server: Server) => Reply | Promise<Reply>;
export type Commands = Readonly<Record<string, Command>>;
