import { Injectable } from '@nestjs/common';
import { Authorization, type Caller } from '@abaco/access';
import { type ActorId, isHashId } from '@abaco/contract';
import { ActorNotFound, ActorQueries } from '@abaco/runtime';
import { CyclicLink, InvalidLink, SelfLink } from './errors.js';

/** Judges the `link` of an actor description (contract 2.1.2, 2.2.2). */
@Injectable()
export class LinkCheck {
  constructor(
    private readonly queries: ActorQueries,
    private readonly authorization: Authorization,
  ) {}

  /**
   * @param of the actor that is to have the link, when it exists already
   * @throws InvalidLink, SelfLink, CyclicLink
   */
  async check(caller: Caller, link: string, of?: ActorId): Promise<void> {
    if (link === '') return;
    if (!isHashId(link)) throw new InvalidLink(link);
    if (link === of) throw new SelfLink(of);
    const actor = await this.queries.actor(caller, link as ActorId).catch((error: unknown) => {
      throw error instanceof ActorNotFound ? new InvalidLink(link) : error;
    });
    if (!this.authorization.may(caller, 'execute', actor)) throw new InvalidLink(link);
    if (of !== undefined && (await this.queries.linksTo(caller, actor.id, of))) throw new CyclicLink(of);
  }
}
