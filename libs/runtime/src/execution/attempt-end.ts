import type { ActorRecord, ExecutionOutcome, ExecutionRecord, RetryPolicy } from '@abaco/store';
import type { ConfigsUnusable } from '../configs/errors.js';
import type { RuntimeServices } from '../runtime-services.js';
import type { EnvironmentTooLarge } from './environment-too-large.js';
import { ExecutionEnding } from './execution-ending.js';
import { withoutContainer } from './execution-outcome.js';
import { failureText, verdictOn } from './retry-rules.js';
import { whileAvailable } from './while-available.js';

/** What a run tells mailbox and worker on its way. */
export interface RunReport {
  /** The message does not wait any more. */
  taken(): void;
  /** The execution pauses for so long before its next attempt, milliseconds. */
  retryPlanned(delayMs: number): void;
  /** The sandbox is free again, while the end is still being recorded. Not of a run that has no container. */
  containerEnded(): void;
}

/** How a run ended, for the worker. */
export type RunEnd =
  /** Somebody else has the message, or it is done with. */
  | { readonly kind: 'dropped' }
  /** The actor has a newer revision (contract 5.4) or another network: the message is left to other workers. */
  | { readonly kind: 'outdated' }
  /** The execution has its final record, or pauses before its next attempt. */
  | { readonly kind: 'finished' }
  /** Its container could not be started. */
  | { readonly kind: 'not-started'; readonly reason: string };

const FINISHED = { kind: 'finished' } as const;

/** Writes how one attempt ended: the end of the execution, or a pause before the next attempt, as the retry policy says. */
export class AttemptEnd {
  constructor(
    private readonly services: RuntimeServices,
    /** As it was when the message came. */
    private readonly actor: ActorRecord | null,
    private readonly claimed: ExecutionRecord,
    private readonly policy: RetryPolicy,
    private readonly abandoned: AbortSignal,
    private readonly report: RunReport,
  ) {}

  /** What the policy makes of it. */
  async conclude(outcome: ExecutionOutcome): Promise<void> {
    const verdict = verdictOn(this.policy, this.claimed.attempt, outcome.failure);
    if (verdict.kind === 'retry' && (await this.postpone(outcome, verdict.delayMs))) return;
    if (verdict.kind === 'dead-letter') await this.giveUp(outcome);
    else await this.finish(outcome);
  }

  /** ERROR, without a container. */
  async fail(reason: string): Promise<RunEnd> {
    await this.finish(withoutContainer({ status: 'ERROR', error: reason }));
    return FINISHED;
  }

  /** The sender is told why, where the container engine would say it: it is theirs, or their admin's, to put right. */
  async failForInput({ message }: ConfigsUnusable | EnvironmentTooLarge): Promise<RunEnd> {
    this.services.logger.warn(
      { execution: this.claimed._id, reason: message },
      'An execution could not get its environment',
    );
    await this.finish(withoutContainer({ status: 'ERROR', error: message, final_state: { Error: message } }));
    return FINISHED;
  }

  /** Before its container was started, or after that was lost: what a user has stopped does not begin again. */
  async halted(): Promise<RunEnd> {
    await this.finish(withoutContainer({ status: 'COMPLETE', final_state: { unavailable: true } }));
    return FINISHED;
  }

  /** The end, when the infrastructure failed the attempt before and this is not to be repeated, or not once more. */
  async ifLostForGood(): Promise<RunEnd | undefined> {
    const { attempt, attempts } = this.claimed;
    if (attempt > this.policy.max_attempts) {
      const error = `Given up after ${attempt - 1} attempts to run it.`;
      await this.bury(withoutContainer({ status: 'ERROR', error, failure: 'infrastructure' }));
      return FINISHED;
    }
    const before = attempts?.at(-1);
    if (before?.failure !== 'infrastructure' || this.policy.retry_on.includes('infrastructure')) return undefined;
    return this.fail(`${before.reason ?? ''} The retry_policy of the actor does not repeat that.`.trim());
  }

  /** @returns false when there is to be no further attempt: the execution was halted, or another attempt has begun */
  private async postpone(outcome: ExecutionOutcome, delayMs: number): Promise<boolean> {
    const { store, telemetry, logger, changes } = this.services;
    const { _id, attempt, tenant } = this.claimed;
    const { failure = 'infrastructure' } = outcome;
    const failed = { ...outcome, error: outcome.error ?? failureText(failure, outcome) };
    const { retries } = store.executions;
    if (!(await whileAvailable(() => retries.postpone(_id, attempt, delayMs, failed), this.abandoned))) return false;
    changes.publish({ execution: _id, what: 'status' });
    telemetry.executionRetried?.({ tenant, failure });
    logger.info({ execution: _id, attempt, failure, delayMs }, 'An attempt failed and is repeated');
    this.report.retryPlanned(delayMs);
    return true;
  }

  /** The attempts are used up. */
  private giveUp(outcome: ExecutionOutcome): Promise<void> {
    const { failure = 'infrastructure', error = failureText(failure, outcome) } = outcome;
    const given = this.claimed.attempt === 1 ? '1 attempt' : `${this.claimed.attempt} attempts`;
    return this.bury({ ...outcome, failure, error: `Given up after ${given}: ${error}` });
  }

  /** The execution becomes a dead letter. */
  private async bury(outcome: ExecutionOutcome): Promise<void> {
    const time = new Date();
    const lifetime = this.services.config.workers.dead_letter_ex;
    const expires = lifetime < 0 ? null : new Date(time.getTime() + lifetime * 1000);
    await this.finish({ ...outcome, status: 'ERROR', dead_letter: { time, expires } });
  }

  private async finish(outcome: ExecutionOutcome): Promise<void> {
    const ending = new ExecutionEnding(this.services);
    const written = await whileAvailable(() => ending.finish(this.actor, this.claimed, outcome), this.abandoned);
    if (written) return;
    this.services.logger.warn(
      { execution: this.claimed._id, attempt: this.claimed.attempt },
      'A lost attempt ended; its end is not recorded',
    );
  }
}
