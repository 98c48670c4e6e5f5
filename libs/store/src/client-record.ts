import type { ActorDbid, TenantId, WorkerId } from '@abaco/contract';

/** Fields of a client that are encrypted. */
export type SealedClientField = 'client_secret' | 'refresh_token';

/** The OAuth client of a worker at an authorization server (contract 7). */
export interface ClientRecord {
  /** `<tenant>_<client key>`. */
  readonly _id: string;
  readonly tenant: TenantId;
  readonly actor_id: ActorDbid;
  readonly worker_id: WorkerId;
  readonly client_key: string;
  /** At the authorization server: the worker's id. */
  readonly client_name: string;
  /** Both encrypted, bound to this record. */
  readonly client_secret: string;
  readonly refresh_token: string;
  readonly create_time: Date;
}
