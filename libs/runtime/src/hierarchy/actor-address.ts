import type { ActorDbid, ActorId, TenantId } from '@abaco/contract';

/** The way through the hierarchy to an actor. */
export function actorAddress(dbid: ActorDbid): { tenant: TenantId; actor: ActorId } {
  const at = dbid.lastIndexOf('_');
  return { tenant: dbid.slice(0, at) as TenantId, actor: dbid.slice(at + 1) as ActorId };
}
