import type { Caller } from '@abaco/access';
import { executionDbid, newId, type ExecutionDbid, type ExecutionId } from '@abaco/contract';
import {
  DuplicateIdempotencyKey,
  StoreUnavailable,
  type ActorRecord,
  type ExecutionRecord,
  type MessageRecord,
} from '@abaco/store';
import { IdempotencyKeyReused, MessageNotAccepted } from '../errors.js';
import type { IncomingMessage } from '../incoming-message.js';
import type { RuntimeServices } from '../runtime-services.js';
import { mailboxName } from './mailbox-name.js';
import { MessageDigest } from './message-digest.js';
import { newExecution } from './new-execution.js';

/** Text and JSON up to this many bytes lie in the execution record, longer ones in the body store. */
const INLINE_LIMIT = 64 * 1024;

/**
 * Takes a message in: record first, then publish, and the answer waits for the broker's `accepted`, or for a worker that has taken the
 * message all the same. A message that this refuses never runs: its record, if there is one, is final.
 */
export class MessageAcceptor {
  constructor(private readonly services: RuntimeServices) {}

  /**
   * @param onRecorded called when there is a new execution, before a worker can have its message
   * @throws MessageNotAccepted when store or broker do not confirm
   * @throws IdempotencyKeyReused
   */
  async accept(
    actor: ActorRecord,
    caller: Caller,
    message: IncomingMessage,
    onRecorded: () => void = () => undefined,
  ): Promise<ExecutionId> {
    const { store, broker } = this.services;
    if (broker.state !== 'connected') {
      discard(message);
      throw new MessageNotAccepted(
        'The message broker does not answer: the message was not accepted. Try again later.',
      );
    }
    if (broker.isAlarmed) {
      discard(message);
      throw new MessageNotAccepted(
        'The message broker is short of memory or disk: the message was not accepted. Try again later.',
      );
    }
    const id = newId<ExecutionId>();
    const dbid = executionDbid(actor._id, id);
    const { idempotencyKey } = message;
    const key = idempotencyKey === undefined ? null : storedKey(caller, idempotencyKey);
    const counted = key === null ? undefined : new MessageDigest(message);
    let digest = '';
    try {
      const body = await this.storeBody(dbid, actor, counted?.message ?? message);
      digest = counted?.end() ?? '';
      const once = key === null ? {} : { idempotency_key: key, message_digest: digest };
      await store.executions.insert({ ...executionOf(actor, id, caller, message, body), ...once });
    } catch (error) {
      // without an answer of the store the record may be there, and is run then: the sweep removes a body that nobody needs
      if (!(error instanceof StoreUnavailable)) await this.dropBody(dbid, message);
      if (error instanceof DuplicateIdempotencyKey) return this.firstExecution(actor, error.key, digest);
      throw error;
    }
    onRecorded();
    try {
      await broker.publish(mailboxName(actor._id), { id: dbid, body: Buffer.alloc(0) });
    } catch (error) {
      await this.refuseUnlessTaken(dbid, message, error as Error);
    }
    return id;
  }

  private async firstExecution(actor: ActorRecord, key: string, digest: string): Promise<ExecutionId> {
    const first = await this.services.store.executions.findByIdempotencyKey(actor._id, key);
    if (!first) {
      throw new MessageNotAccepted(
        'The execution of this Idempotency-Key has just been removed. Send the message again.',
      );
    }
    if (first.message_digest !== undefined && first.message_digest !== digest) {
      throw new IdempotencyKeyReused(actor.id, first.id);
    }
    return first.id;
  }

  private async storeBody(dbid: ExecutionDbid, actor: ActorRecord, message: IncomingMessage): Promise<MessageRecord> {
    const { content } = message;
    if (content.kind === 'binary') {
      return { kind: 'binary', bytes: await this.services.store.bodies.write(dbid, actor._id, content.body) };
    }
    const bytes = Buffer.byteLength(content.text);
    if (bytes <= INLINE_LIMIT) return { kind: content.kind, text: content.text };
    await this.services.store.bodies.write(dbid, actor._id, Buffer.from(content.text));
    return { kind: content.kind === 'text' ? 'stored-text' : 'stored-json', bytes };
  }

  private async dropBody(dbid: ExecutionDbid, message: IncomingMessage): Promise<void> {
    if (message.content.kind !== 'binary' && Buffer.byteLength(message.content.text) <= INLINE_LIMIT) return;
    await this.services.store.bodies.delete(dbid).catch((error: unknown) => {
      // the refusal below is what the caller must hear; an orphaned body costs only space
      this.services.logger.warn({ execution: dbid, err: error }, 'The body of a refused message could not be removed');
    });
  }

  /** The broker may have delivered what it did not confirm: a message that a worker has taken counts as accepted. */
  private async refuseUnlessTaken(dbid: ExecutionDbid, message: IncomingMessage, cause: Error): Promise<void> {
    const { store, logger } = this.services;
    try {
      if (!(await store.executions.refuse(dbid, `The message was not accepted: ${cause.message}`))) return;
      logger.warn({ execution: dbid, err: cause }, 'A message was not confirmed by the broker and is refused');
      await this.dropBody(dbid, message);
    } catch (error) {
      // The record stays SUBMITTED: it may still run, which is why the answer says "not confirmed", not "will never run".
      logger.error({ execution: dbid, err: error }, 'A refused message could not be marked');
    }
    throw new MessageNotAccepted(
      'The message broker did not confirm the message: it was not accepted. Try again later.',
      {
        cause,
      },
    );
  }
}

function executionOf(
  actor: ActorRecord,
  id: ExecutionId,
  caller: Caller,
  message: IncomingMessage,
  body: MessageRecord,
): ExecutionRecord {
  const metadata = {
    ...message.environment,
    _abaco_username: caller.user,
    _abaco_api_server: caller.apiServer,
    ...(caller.jwtHeader === undefined ? {} : { _abaco_jwt_header_name: caller.jwtHeader }),
    _abaco_execution_id: id,
    _abaco_Content_Type: message.contentType,
    // the client libraries read the hyphenated spelling, images of the original the other one
    '_abaco_Content-Type': message.contentType,
    _abaco_actor_revision: String(actor.revision),
  };
  return {
    ...newExecution(actor, caller, id),
    message: body,
    ...(message.eventPath && { event_path: message.eventPath }),
    environment: Object.entries(metadata).map(([name, value]) => ({ name, value })),
  };
}

/** A key counts for one sender: nobody can take, or learn of, another's message by it. */
const storedKey = (caller: Caller, key: string): string => `${encodeURIComponent(caller.user)}:${key}`;

/** A binary body that nobody will read must still be let go. */
export function discard(message: IncomingMessage): void {
  if (message.content.kind === 'binary') message.content.body.resume();
}
