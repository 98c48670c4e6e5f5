import { Injectable } from '@nestjs/common';
import { Authorization, type Caller } from '@abaco/access';
import { type ActorId, isHashId } from '@abaco/contract';
import { ActorNotFound, ActorQueries, Aliases, AliasNotFound } from '@abaco/runtime';
import type { ActorRecord } from '@abaco/store';
import { CyclicLink, InvalidLink, SelfLink } from './errors.js';

/**
 * Judges the `link` of an actor description (contract 2.1.2, 2.2.2, 2.14). Two updates at once, or an alias that is given to
 * another actor, can still close a circle: an event then ends at the actor that it has been at.
 */
@Injectable()
export class LinkCheck {
  constructor(
    private readonly queries: ActorQueries,
    private readonly aliases: Aliases,
    private readonly authorization: Authorization,
  ) {}

  /**
   * @param link an id or an alias; empty: none
   * @param of the actor that is to have the link, when it exists already
   * @throws InvalidLink, SelfLink, CyclicLink
   */
  async check(caller: Caller, link: string, of?: ActorId): Promise<void> {
    if (link === '') return;
    const actor = await this.target(caller, link);
    if (!this.authorization.may(caller, 'execute', actor)) throw new InvalidLink(link);
    if (of === undefined) return;
    if (actor.id === of) throw new SelfLink(of);
    if (await this.queries.linksTo(caller, actor.id, of)) throw new CyclicLink(of);
  }

  private async target(caller: Caller, link: string): Promise<ActorRecord> {
    try {
      const id = isHashId(link) ? (link as ActorId) : (await this.aliases.find(caller.tenant, link)).actor_id;
      return await this.queries.actor(caller, id);
    } catch (error) {
      if (error instanceof ActorNotFound || error instanceof AliasNotFound) throw new InvalidLink(link);
      throw error;
    }
  }
}
