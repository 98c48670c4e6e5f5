import { actorDbid, isHashId, type ActorId, type TenantId } from '@abaco/contract';
import type { ActorRecord, Store } from '@abaco/store';

/** The actor that a `link` stands for, an id or an alias; null when it is broken. */
export async function resolveLink(
  store: Pick<Store, 'actors' | 'aliases'>,
  tenant: TenantId,
  link: string,
): Promise<ActorRecord | null> {
  if (link === '') return null;
  const id = isHashId(link) ? (link as ActorId) : (await store.aliases.find(tenant, link))?.actor_id;
  return id === undefined ? null : store.actors.find(actorDbid(tenant, id));
}
