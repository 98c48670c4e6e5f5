import type { Authorization, Caller } from '@abaco/access';
import { actorDbid, type ActorId, isHashId, type TenantId } from '@abaco/contract';
import type { ActorRecord, Store } from '@abaco/store';
import { ConfigActorRefused, InvalidConfigActors, UnknownConfigActor } from './errors.js';

/** Most actors and aliases that a config can name: each is looked up. */
const MAX_ACTORS = 200;

/** Longest text of them, characters: 200 aliases of 255 with blanks between them have room. */
const MAX_TEXT = 65_536;

/**
 * The items of `id1, alias2`, without the blanks around them, each once.
 * @throws InvalidConfigActors
 */
export function splitActors(actors: string): string[] {
  if (actors.length > MAX_TEXT) throw new InvalidConfigActors(actors, `it has more than ${MAX_TEXT} characters.`);
  const items = actors.split(',').map((item) => item.trim());
  const empty = items.indexOf('');
  if (empty >= 0) throw new InvalidConfigActors(actors, `item ${empty + 1} is empty.`);
  const different = [...new Set(items)];
  if (different.length <= MAX_ACTORS) return different;
  throw new InvalidConfigActors(actors, `it has ${different.length} items, more than ${MAX_ACTORS}.`);
}

/** Checks what a config is to be attached to. */
export class ConfigActors {
  /** @param authorization undefined: attaching takes no permission on the actor (`web.strict_config_actors`) */
  constructor(
    private readonly store: Pick<Store, 'actors' | 'aliases'>,
    private readonly authorization: Authorization | undefined,
  ) {}

  /**
   * @returns the items of `actors`
   * @throws InvalidConfigActors, UnknownConfigActor, ConfigActorRefused
   */
  async check(caller: Caller, actors: string): Promise<string[]> {
    const items = splitActors(actors);
    for (const item of items) {
      const actor = await this.find(caller.tenant, item);
      if (this.authorization?.may(caller, 'update', actor) === false) throw new ConfigActorRefused(item);
    }
    return items;
  }

  /** The actor that an id or alias stands for. */
  private async find(tenant: TenantId, item: string): Promise<ActorRecord> {
    const id = isHashId(item) ? (item as ActorId) : (await this.store.aliases.find(tenant, item))?.actor_id;
    const actor = id && (await this.store.actors.find(actorDbid(tenant, id)));
    if (!actor) throw new UnknownConfigActor(item);
    return actor;
  }
}
