import type { ActorDbid, TenantId } from '@abaco/contract';
import type { ActorRecord } from './actor-record.js';

/** Registered actors. */
export declare class ActorRepository {
  insert(actor: ActorRecord): Promise<void>;
  find(actor: ActorDbid): Promise<ActorRecord | null>;
  /** All actors of a tenant in order of registration. */
  list(tenant: TenantId): Promise<ActorRecord[]>;
  /** To READY from SUBMITTED or ERROR, only for this revision and never from SHUTTING_DOWN. @returns whether it changed. */
  markReady(actor: ActorDbid, revision: number): Promise<boolean>;
  /** To ERROR with a text, only for this revision and never from SHUTTING_DOWN. @returns whether it changed. */
  markError(actor: ActorDbid, revision: number, message: string): Promise<boolean>;
  /** @returns the record, or null when there is none. */
  markShuttingDown(actor: ActorDbid): Promise<ActorRecord | null>;
  /** Replaces the state of a stateful actor. @returns the new record, or null when the actor is unknown or stateless. */
  replaceState(actor: ActorDbid, state: unknown): Promise<ActorRecord | null>;
  delete(actor: ActorDbid): Promise<void>;
  /** Actors whose deletion was begun and not finished. */
  listShuttingDown(): Promise<ActorRecord[]>;
}
