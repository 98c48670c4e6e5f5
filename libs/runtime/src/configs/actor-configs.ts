import type { ActorRecord } from '@abaco/store';
import type { RuntimeServices } from '../runtime-services.js';
import { ConfigsUnusable } from './errors.js';
import { plainValue } from './secret-value.js';

/** Most configs that one actor can have: all are read at once. */
const MAX_CONFIGS = 200;

/**
 * What a container of an actor gets (contract 4.13): name and plain value of the configs of its tenant that name the actor or
 * one of its aliases, in order of creation. Secrets are plain here and nowhere before: pass it on to the container alone.
 * @throws ConfigsUnusable when a secret cannot be decrypted, or there are too many
 */
export async function actorConfigs(
  { store, secrets }: Pick<RuntimeServices, 'store' | 'secrets'>,
  { tenant, id }: Pick<ActorRecord, 'tenant' | 'id'>,
): Promise<ReadonlyMap<string, string>> {
  if (!(await store.configs.hasAny(tenant))) return new Map(); // most have none, and this runs before every container
  const aliases = await store.aliases.listByActor(tenant, id);
  const refs = [id, ...aliases.map(({ alias }) => alias)];
  const configs = await store.configs.listByRefs(tenant, refs, MAX_CONFIGS + 1);
  if (configs.length > MAX_CONFIGS) throw ConfigsUnusable.tooMany(MAX_CONFIGS);
  return new Map(configs.map((config) => [config.name, plainValue(secrets, config)]));
}
