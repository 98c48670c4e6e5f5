import type { ActorDbid, NonceId, PermissionLevel, TenantId } from '@abaco/contract';
import type { AliasDbid } from './alias-record.js';

/** A secret in place of a token, for one actor or one alias (contract 2.6, 3.7). */
export interface NonceRecord {
  readonly _id: NonceId;
  readonly tenant: TenantId;
  /** Internal id of what it gives access to: an actor or, with `alias`, an alias. */
  readonly target: ActorDbid | AliasDbid;
  /** The alias it is bound to; null: it is bound to an actor. */
  readonly alias: string | null;
  /** As whom its holder acts, and with which roles: those that the owner had when it was made. */
  readonly owner: string;
  readonly roles: readonly string[];
  readonly api_server: string;
  readonly level: PermissionLevel;
  readonly description: string;
  /** -1: unlimited. */
  readonly max_uses: number;
  readonly current_uses: number;
  /** -1: unlimited. */
  readonly remaining_uses: number;
  readonly create_time: Date;
  readonly last_use_time: Date | null;
}

/**
 * A nonce as it is stored: found by its digest, shown by decrypting it. Records of older versions, and those of servers without an
 * encryption key, have the nonce itself as `_id` and nothing sealed.
 */
export type StoredNonce = Omit<NonceRecord, '_id'> & {
  readonly _id: string;
  /** The nonce, encrypted for this record. */
  readonly sealed?: string;
};
