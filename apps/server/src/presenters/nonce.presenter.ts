import { Injectable } from '@nestjs/common';
import type { Caller } from '@abaco/access';
import { type ActorId, displayTime, displayTimeOrNone } from '@abaco/contract';
import type { NonceRecord } from '@abaco/store';
import { WireFormat } from './wire-format.js';

/** The nonce object of the API (contract 2.6, 2.9.1). */
@Injectable()
export class NoncePresenter {
  constructor(private readonly wire: WireFormat) {}

  /** @param actor the actor that it gives access to, directly or by its alias */
  nonce(caller: Caller, actor: ActorId, nonce: NonceRecord): Record<string, unknown> {
    const links = this.wire.links(caller);
    const { alias } = nonce;
    return this.wire.object({
      id: nonce._id,
      actor_id: alias === null ? actor : null,
      ...(alias === null ? {} : { alias }),
      owner: nonce.owner,
      roles: nonce.roles,
      api_server: nonce.api_server,
      level: nonce.level,
      max_uses: nonce.max_uses,
      current_uses: nonce.current_uses,
      remaining_uses: nonce.remaining_uses,
      description: nonce.description,
      create_time: displayTime(nonce.create_time),
      last_use_time: displayTimeOrNone(nonce.last_use_time),
      _links: {
        self: alias === null ? links.nonce(actor, nonce._id) : links.aliasNonce(alias, nonce._id),
        owner: links.profile(nonce.owner),
        actor: links.actor(actor),
      },
    });
  }
}
