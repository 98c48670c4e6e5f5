import { executionDbid, newId, type ExecutionId } from '@abaco/contract';
import type { ActorRecord, DeadLetter, ExecutionRecord, MessageRecord } from '@abaco/store';
import { mailboxName } from '../hierarchy/mailbox-name.js';
import { newExecution } from '../hierarchy/new-execution.js';
import type { RuntimeServices } from '../runtime-services.js';
import { DeadLetterNotFound } from './errors.js';

/** A message of a dead letter that runs again. */
export interface Redriven {
  /** The dead letter that it was. */
  readonly of: ExecutionId;
  /** The execution that it is now. */
  readonly execution: ExecutionId;
}

/**
 * Sends the message of a dead letter again, as a new execution of the original sender. Can be repeated after a crash at any point, and
 * by several at once: there is one new execution, and whoever asks again gets its id.
 * @throws DeadLetterNotFound
 */
export async function redriveDeadLetter(
  { store, broker, logger }: RuntimeServices,
  actor: ActorRecord,
  id: ExecutionId,
): Promise<Redriven> {
  const { deadLetters } = store.executions;
  const dead = await deadLetters.beginRedrive(executionDbid(actor._id, id), newId<ExecutionId>());
  const execution = dead?.redriven_as;
  if (!dead || execution === undefined) return { of: id, execution: await earlier() };
  const redriven = redrivenExecution(actor, dead, execution);
  await deadLetters.insertRedriven(redriven);
  try {
    await broker.publish(mailboxName(actor._id), { id: redriven._id, body: Buffer.alloc(0) });
  } catch (error) {
    // the record is what counts: it is published again as every one that no queue holds
    logger.warn(
      { execution: redriven._id, err: error },
      'A message that is sent again was not confirmed by the broker',
    );
  }
  await deadLetters.remove(dead._id);
  logger.info({ execution: dead._id, redriven_as: redriven._id }, 'The message of a dead letter is sent again');
  return { of: id, execution };

  async function earlier(): Promise<ExecutionId> {
    const done = await store.executions.find(executionDbid(actor._id, id));
    if (done?.redriven_as === undefined) throw new DeadLetterNotFound(actor.id, id);
    return done.redriven_as;
  }
}

/** Sender and environment stay what they were: nobody acts in another's name, and nobody else's name stands on a message. */
function redrivenExecution(actor: ActorRecord, dead: DeadLetter, id: ExecutionId): ExecutionRecord {
  const now: Readonly<Record<string, string>> = {
    _abaco_execution_id: id,
    _abaco_actor_revision: String(actor.revision),
  };
  const sender = { user: dead.executor, apiServer: dead.api_server };
  return {
    ...newExecution(actor, sender, id),
    message: heldBody(dead),
    ...(dead.event_path && { event_path: dead.event_path }),
    environment: dead.environment.map(({ name, value }) => ({ name, value: now[name] ?? value })),
    redrive_of: dead.id,
  };
}

/** The body stays where it lies. */
const heldBody = ({ _id, message }: DeadLetter): MessageRecord =>
  message.kind === 'text' || message.kind === 'json' ? message : { ...message, body: message.body ?? _id };
