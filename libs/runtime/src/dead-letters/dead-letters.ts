import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '@abaco/access';
import { actorDbid, executionDbid, type ActorId, type ExecutionId } from '@abaco/contract';
import type { ActorRecord, DeadLetter, PageRequest } from '@abaco/store';
import { ActorNotFound } from '../errors.js';
import type { RuntimeServices } from '../runtime-services.js';
import { RUNTIME_SERVICES } from '../tokens.js';
import { dropDeadLetter } from './drop-dead-letter.js';
import { DeadLetterNotFound } from './errors.js';

/** Dead letters in one step of a purge. */
const BATCH = 100;

/** Executions whose attempts are used up: read and removed. To send one again goes through the mailbox of its actor. */
@Injectable()
export class DeadLetters {
  constructor(@Inject(RUNTIME_SERVICES) private readonly services: RuntimeServices) {}

  /** The longest dead first, one more than the page holds when there are more. @throws ActorNotFound */
  async list(
    caller: Caller,
    actor: ActorId,
    page: PageRequest,
  ): Promise<{ actor: ActorRecord; deadLetters: DeadLetter[] }> {
    const record = await this.actor(caller, actor);
    return { actor: record, deadLetters: await this.services.store.executions.deadLetters.list(record._id, page) };
  }

  /** @returns it with the text of its message; null for bytes. @throws ActorNotFound, DeadLetterNotFound */
  async find(
    caller: Caller,
    actor: ActorId,
    execution: ExecutionId,
  ): Promise<{ deadLetter: DeadLetter; text: string | null }> {
    const record = await this.actor(caller, actor);
    const { executions, bodies } = this.services.store;
    const deadLetter = await executions.deadLetters.find(executionDbid(record._id, execution));
    if (!deadLetter) throw new DeadLetterNotFound(record.id, execution);
    const { message, _id } = deadLetter;
    switch (message.kind) {
      case 'text':
      case 'json':
        return { deadLetter, text: message.text };
      case 'binary':
        return { deadLetter, text: null };
      case 'stored-text':
      case 'stored-json':
        return { deadLetter, text: (await bodies.read(message.body ?? _id)).toString('utf8') };
    }
  }

  /** @throws ActorNotFound, DeadLetterNotFound */
  async delete(caller: Caller, actor: ActorId, execution: ExecutionId): Promise<void> {
    const record = await this.actor(caller, actor);
    const dropped = await dropDeadLetter(this.services.store, executionDbid(record._id, execution));
    if (!dropped) throw new DeadLetterNotFound(record.id, execution);
  }

  /** Those that there are now. @returns how many. @throws ActorNotFound */
  async purge(caller: Caller, actor: ActorId): Promise<number> {
    const { store } = this.services;
    const record = await this.actor(caller, actor);
    const now = await store.executions.deadLetters.count(record._id);
    let dropped = 0;
    while (dropped < now) {
      const batch = await store.executions.deadLetters.list(record._id, { size: BATCH });
      if (batch.length === 0) break;
      for (const { _id } of batch) if (await dropDeadLetter(store, _id)) dropped++;
    }
    return dropped;
  }

  private async actor(caller: Caller, actor: ActorId): Promise<ActorRecord> {
    const record = await this.services.store.actors.find(actorDbid(caller.tenant, actor));
    if (!record) throw new ActorNotFound(actor);
    return record;
  }
}
