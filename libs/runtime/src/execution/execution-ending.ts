import type { ActorRecord, EventRecord, ExecutionOutcome, ExecutionRecord } from '@abaco/store';
import { EventSource } from '../events/event-source.js';
import type { RuntimeServices } from '../runtime-services.js';

type Services = Pick<RuntimeServices, 'store' | 'logger' | 'telemetry' | 'changes' | 'eventsDue'>;

/** Writes the ends of executions together with the events that they are, and tells those who wait. */
export class ExecutionEnding {
  constructor(private readonly services: Services) {}

  /**
   * The end of an attempt that is that of the execution.
   * @param actor as it was when the message came
   * @returns false when this attempt may not write any more
   */
  finish(actor: ActorRecord | null, claimed: ExecutionRecord, outcome: ExecutionOutcome): Promise<boolean> {
    const { executions } = this.services.store;
    return this.end(actor, claimed, outcome, (event) =>
      executions.finish(claimed._id, claimed.attempt, outcome, event),
    );
  }

  /** The end of an execution that nobody runs. @returns false when a worker has taken it, or it is final */
  finishWaiting(actor: ActorRecord, execution: ExecutionRecord, outcome: ExecutionOutcome): Promise<boolean> {
    const { executions } = this.services.store;
    return this.end(actor, execution, outcome, (event) => executions.waiting.finish(execution._id, outcome, event));
  }

  private async end(
    actor: ActorRecord | null,
    execution: ExecutionRecord,
    outcome: ExecutionOutcome,
    write: (event: EventRecord | undefined) => Promise<boolean>,
  ): Promise<boolean> {
    const event = actor ? await new EventSource(this.services).ofExecution(actor, execution, outcome) : undefined;
    if (!(await write(event))) return false;
    this.tell(execution, outcome);
    if (event) this.services.eventsDue.publish({ actor: execution.actor_id, execution: execution._id });
    if (outcome.dead_letter === undefined) await this.dropBody(execution);
    return true;
  }

  private tell({ _id, tenant, message_received_time: received }: ExecutionRecord, outcome: ExecutionOutcome): void {
    const { changes, telemetry, logger } = this.services;
    const { status, start_time, finish_time, failure, error } = outcome;
    changes.publish({ execution: _id, what: 'status' });
    const seconds = start_time && secondsBetween(start_time, finish_time);
    const waited = start_time && secondsBetween(received, start_time);
    telemetry.executionEnded?.({ tenant, status, seconds, waited });
    if (outcome.dead_letter === undefined || failure === undefined) return;
    telemetry.executionGivenUp?.({ tenant, failure });
    logger.warn({ execution: _id, failure, reason: error }, 'An execution is a dead letter: its attempts are used up');
  }

  private async dropBody({ _id, message }: ExecutionRecord): Promise<void> {
    if (message.kind === 'text' || message.kind === 'json') return;
    const { store, logger } = this.services;
    await store.bodies.delete(message.body ?? _id).catch((error: unknown) => {
      // a body that stays costs only space, the execution is final
      logger.warn({ execution: _id, err: error }, 'The body of a finished execution could not be removed');
    });
  }
}

/** Not below 0: the clocks of hosts and engines differ. */
const secondsBetween = (from: Date, to: Date): number => Math.max(0, to.getTime() - from.getTime()) / 1000;
