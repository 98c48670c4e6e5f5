import { Injectable } from '@nestjs/common';
import type { Caller } from '@abaco/access';
import type { AliasRecord } from '@abaco/store';
import { WireFormat } from './wire-format.js';

/** The alias object of the API (contract 2.9). */
@Injectable()
export class AliasPresenter {
  constructor(private readonly wire: WireFormat) {}

  alias(caller: Caller, { alias, actor_id, owner }: AliasRecord): Record<string, unknown> {
    const links = this.wire.links(caller);
    return this.wire.object({
      alias,
      actor_id,
      owner,
      _links: { self: links.alias(alias), owner: links.profile(owner), actor: links.actor(actor_id) },
    });
  }
}
