import { randomBytes } from 'node:crypto';
import Hashids from 'hashids';

declare const brand: unique symbol;
/** A string that cannot be passed where another kind of identifier is meant. */
export type Branded<B extends string> = string & { readonly [brand]: B };

/** Isolation unit, for example `DEV-DEVELOP`. Never contains `_`. */
export type TenantId = Branded<'TenantId'>;
/** Public ("display") id of a registered actor. */
export type ActorId = Branded<'ActorId'>;
/** Public id of an execution. */
export type ExecutionId = Branded<'ExecutionId'>;
/** Public id of a worker. */
export type WorkerId = Branded<'WorkerId'>;
/** Id of a compute host, `spawner.host_id`. */
export type HostId = Branded<'HostId'>;
/** A nonce: `<tenant>_<hash id>`, a secret. */
export type NonceId = Branded<'NonceId'>;
/** Internal id of an actor: `<tenant>_<actor id>`. Unique in the whole instance. */
export type ActorDbid = Branded<'ActorDbid'>;
/** Internal id of an execution: `<tenant>_<actor id>_<execution id>`. Unique in the whole instance. */
export type ExecutionDbid = Branded<'ExecutionDbid'>;

/** Salt of every identifier that Abaco's clients know (contract B.2). */
const hashids = new Hashids('eJa5wZlEX4eWU');

/** A new identifier: a random 63-bit number in Abaco's hashids encoding, 12 or 13 characters such as `NolBaJ5y6714M`. */
export function newId<T extends Branded<string>>(): T {
  return hashids.encode(randomBytes(8).readBigUInt64BE() >> 1n) as T;
}

/** A new nonce of a tenant: 126 random bits in the same encoding. */
export function newNonceId(tenant: TenantId): NonceId {
  const numbers = [randomBytes(8), randomBytes(8)].map((bytes) => bytes.readBigUInt64BE() >> 1n);
  return `${tenant}_${hashids.encode(numbers)}` as NonceId;
}

/** The part of a nonce that names its tenant; undefined for what cannot be a nonce. */
export function tenantOfNonce(nonce: string): TenantId | undefined {
  const end = nonce.lastIndexOf('_');
  return end > 0 && isHashId(nonce.slice(end + 1)) ? (nonce.slice(0, end) as TenantId) : undefined;
}

/** True when `text` decodes as an identifier of ours. This decides between id and alias in URLs. */
export function isHashId(text: string): boolean {
  try {
    return hashids.decode(text).length > 0;
  } catch {
    return false; // hashids throws on characters outside its alphabet: such a text is not an id
  }
}

/** Internal id of an actor. */
export const actorDbid = (tenant: TenantId, actor: ActorId): ActorDbid => `${tenant}_${actor}` as ActorDbid;

/** Internal id of an execution. */
export const executionDbid = (actor: ActorDbid, execution: ExecutionId): ExecutionDbid =>
  `${actor}_${execution}` as ExecutionDbid;
