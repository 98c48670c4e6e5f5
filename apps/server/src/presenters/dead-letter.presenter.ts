import { Injectable } from '@nestjs/common';
import type { Caller } from '@abaco/access';
import { type ActorId, displayTime } from '@abaco/contract';
import type { RedrivenMailbox } from '@abaco/runtime';
import type { ActorRecord, DeadLetter, MessageRecord } from '@abaco/store';
import { ExecutionPresenter } from './execution.presenter.js';
import { WireFormat } from './wire-format.js';

/** Dead letters as the API shows them. Their environment is not shown: it may hold nonces. */
@Injectable()
export class DeadLetterPresenter {
  constructor(
    private readonly wire: WireFormat,
    private readonly executions: ExecutionPresenter,
  ) {}

  list(caller: Caller, actor: ActorRecord, deadLetters: readonly DeadLetter[]): Record<string, unknown> {
    const links = this.wire.links(caller);
    return this.wire.object({
      actor_id: actor.id,
      owner: actor.owner,
      dead_letters: deadLetters.map((deadLetter) => this.wire.item(this.fields(deadLetter))),
      _links: { self: links.deadLetters(actor.id), owner: links.profile(actor.owner) },
    });
  }

  /** @param text of the message; null for bytes */
  deadLetter(caller: Caller, actor: ActorId, record: DeadLetter, text: string | null): Record<string, unknown> {
    const links = this.wire.links(caller);
    return this.wire.item({
      ...this.fields(record),
      actor_id: actor,
      message_type: typeOf(record.message),
      message: text,
      attempts: this.executions.attempts(record),
      _links: {
        self: links.deadLetter(actor, record.id),
        owner: links.profile(record.executor),
        execution: links.execution(actor, record.id),
      },
    });
  }

  redriven(caller: Caller, actor: ActorId, { redriven, remaining }: RedrivenMailbox): Record<string, unknown> {
    const links = this.wire.links(caller);
    return this.wire.object({
      redriven: redriven.map(({ of, execution }) =>
        this.wire.item({
          redrive_of: of,
          execution_id: execution,
          _links: { self: links.execution(actor, execution) },
        }),
      ),
      remaining,
      _links: { self: links.deadLetters(actor) },
    });
  }

  private fields(record: DeadLetter): Record<string, unknown> {
    return {
      id: record.id,
      executor: record.executor,
      error: record.error,
      exit_code: record.exit_code,
      attempt: record.attempt,
      message_received_time: displayTime(record.message_received_time),
      dead_letter_time: displayTime(record.dead_letter.time),
      expires: displayTime(record.dead_letter.expires),
    };
  }
}

function typeOf({ kind }: MessageRecord): 'text' | 'json' | 'binary' {
  switch (kind) {
    case 'text':
    case 'stored-text':
      return 'text';
    case 'json':
    case 'stored-json':
      return 'json';
    case 'binary':
      return 'binary';
  }
}
