import { Injectable } from '@nestjs/common';
import type { Caller } from '@abaco/access';
import type { ActorId, ExecutionId } from '@abaco/contract';
import type { ActorRecord } from '@abaco/store';
import { WireFormat } from './wire-format.js';

/** What the messages endpoint answers (contract 2.4). */
@Injectable()
export class MessagePresenter {
  constructor(private readonly wire: WireFormat) {}

  /** @param echo the message as it is echoed: text, JSON or a remark */
  accepted(
    caller: Caller,
    actor: ActorId,
    owner: string,
    execution: ExecutionId,
    echo: unknown,
  ): Record<string, unknown> {
    const links = this.wire.links(caller);
    return this.wire.object({
      execution_id: execution,
      msg: echo,
      _links: {
        self: links.execution(actor, execution),
        owner: links.profile(owner),
        messages: links.messages(actor),
      },
    });
  }

  waiting(caller: Caller, actor: ActorRecord, messages: number): Record<string, unknown> {
    return { messages, _links: this.mailboxLinks(caller, actor.id, actor.owner) };
  }

  purged(caller: Caller, actor: ActorId, owner: string): Record<string, unknown> {
    return { msg: 'Actor mailbox purged.', _links: this.mailboxLinks(caller, actor, owner) };
  }

  private mailboxLinks(caller: Caller, actor: ActorId, owner: string): Record<string, string> {
    const links = this.wire.links(caller);
    return { self: links.messages(actor), owner: links.profile(owner) };
  }
}
