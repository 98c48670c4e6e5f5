import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '@abaco/access';
import { actorDbid, type ActorId, executionDbid, type ExecutionDbid, ServiceUnavailable } from '@abaco/contract';
import { ActorCommands } from '../actor-commands.js';
import { ActorQueries } from '../actor-queries.js';
import type { AcceptedMessage } from '../answers.js';
import { RESULT_LIFETIME_MS } from '../execution/result-writer.js';
import type { IncomingMessage } from '../incoming-message.js';
import type { RuntimeServices } from '../runtime-services.js';
import { RUNTIME_SERVICES } from '../tokens.js';
import { MailboxNotEmpty, TooManyWaiting } from './errors.js';
import type { ExecutionWatch } from './execution-watch.js';
import { ExecutionWatcher } from './execution-watcher.js';
import { TenantSlots } from './tenant-slots.js';

/** With more waiting messages than this nobody may wait for another (contract 2.4.4). */
const MOST_WAITING_MESSAGES = 3;
/** Pause before the store is asked again when it did not answer, milliseconds. */
const RETRY_MS = 1_000;

/** What somebody who waited for an execution gets. */
export type SynchronousOutcome =
  /** The first result, which nobody else gets any more. */
  | { readonly kind: 'result'; readonly data: Buffer }
  /** It is COMPLETE and has sent no result. */
  | { readonly kind: 'logs'; readonly logs: string }
  /** It is in ERROR. */
  | { readonly kind: 'failed'; readonly reason: string }
  /** The wait is over, not the execution. */
  | { readonly kind: 'unfinished'; readonly because: 'time' | 'closing' };

/** Sends messages and waits for what becomes of them (contract 2.4.4). */
@Injectable()
export class SynchronousCalls {
  private readonly slots: TenantSlots;

  constructor(
    @Inject(RUNTIME_SERVICES) private readonly services: RuntimeServices,
    private readonly commands: ActorCommands,
    private readonly queries: ActorQueries,
    private readonly watcher: ExecutionWatcher,
  ) {
    this.slots = new TenantSlots(services.config.web.max_synchronous, (limit) => new TooManyWaiting(limit));
  }

  /**
   * Waits at most `web.synchronous_timeout` seconds after the message is durable.
   * @param signal ends the wait; the execution goes on
   * @throws ActorNotFound, MailboxNotEmpty, TooManyWaiting, MessageNotAccepted: nothing was sent
   */
  async call(
    caller: Caller,
    actor: ActorId,
    message: IncomingMessage,
    signal: AbortSignal,
  ): Promise<AcceptedMessage & { readonly outcome: SynchronousOutcome }> {
    const { _id } = await this.queries.actor(caller, actor);
    const waiting = await this.services.store.executions.figures.countSubmitted(_id, MOST_WAITING_MESSAGES + 1);
    if (waiting > MOST_WAITING_MESSAGES) throw new MailboxNotEmpty(actor);
    const release = this.slots.take(caller.tenant);
    try {
      const accepted = await this.commands.send(caller, actor, message);
      const execution = executionDbid(actorDbid(caller.tenant, actor), accepted.execution);
      return { ...accepted, outcome: await this.await(execution, signal) };
    } finally {
      release();
    }
  }

  private async await(execution: ExecutionDbid, signal: AbortSignal): Promise<SynchronousOutcome> {
    let watch: ExecutionWatch;
    try {
      watch = this.watcher.watch(execution, ['status', 'result']);
    } catch (error) {
      if (error instanceof ServiceUnavailable) return { kind: 'unfinished', because: 'closing' };
      throw error;
    }
    const end = (): void => watch.end();
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
    try {
      return await this.outcomeOf(watch);
    } finally {
      signal.removeEventListener('abort', end);
      end();
    }
  }

  private async outcomeOf(watch: ExecutionWatch): Promise<SynchronousOutcome> {
    const deadline = performance.now() + this.services.config.web.synchronous_timeout * 1000;
    for (let left = deadline - performance.now(); left > 0; left = deadline - performance.now()) {
      const changed = await watch.changed(left);
      if (watch.ended) return { kind: 'unfinished', because: 'closing' };
      const outcome = changed ? await this.lookAt(watch) : undefined;
      if (outcome) return outcome;
    }
    return { kind: 'unfinished', because: 'time' };
  }

  /** The message is sent: a store that is away must not look like a message that was refused. */
  private async lookAt(watch: ExecutionWatch): Promise<SynchronousOutcome | undefined> {
    try {
      return await this.endOf(watch.execution);
    } catch (error) {
      if (!(error instanceof ServiceUnavailable)) throw error;
      await delay(RETRY_MS);
      watch.notify('status');
      return undefined;
    }
  }

  private async endOf(execution: ExecutionDbid): Promise<SynchronousOutcome | undefined> {
    const { executions, results, logs } = this.services.store;
    // Read before the results: of a final execution no more come.
    const [progress] = await executions.listProgress([execution]);
    const data = await results.pop(execution, new Date(Date.now() + RESULT_LIFETIME_MS));
    if (data) return { kind: 'result', data };
    switch (progress?.status) {
      case 'SUBMITTED':
      case 'RUNNING':
        return undefined;
      case 'COMPLETE':
        return { kind: 'logs', logs: await logs.read(execution) };
      case 'ERROR':
        return { kind: 'failed', reason: progress.error ?? 'It says nothing of why.' };
      case undefined:
        return { kind: 'failed', reason: 'The actor was deleted.' };
    }
  }
}
