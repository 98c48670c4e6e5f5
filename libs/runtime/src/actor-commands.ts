import { Inject, Injectable } from '@nestjs/common';
import { ActorFailed, ActorStopped, AskTimeout, MailboxFull, type ReplyTo } from '@abaco/actors';
import { isLimited, type Caller } from '@abaco/access';
import { actorDbid, newId, ServiceUnavailable, type ActorId, type ExecutionId, type WorkerId } from '@abaco/contract';
import type { ActorRecord, ActorVersions } from '@abaco/store';
import { AbacoSystem } from './abaco-system.js';
import type { AcceptedMessage, EnsuredWorkers, PurgedMailbox, RedrivenMailbox } from './answers.js';
import type { ActorDescription, ActorUpdate } from './actor-description.js';
import { HostAccess } from './host-access/host-access.js';
import type { ExecutionStatistics } from './execution-statistics.js';
import { requireFunctionSettings } from './functions/function-settings.js';
import type { MailboxCommand } from './hierarchy/mailbox-protocol.js';
import type { IncomingMessage } from './incoming-message.js';
import type { RuntimeServices } from './runtime-services.js';
import { RUNTIME_SERVICES } from './tokens.js';

/** Every command is answered or refused within this time, milliseconds: longer than any step behind it may take. */
const COMMAND_DEADLINE_MS = 30_000;
/** A message's body may still be on its way in from a slow client, and very many messages may have to be ended, milliseconds. */
const LONG_DEADLINE_MS = 10 * 60 * 1000;

/** The way into the hierarchy: everything that writes or has a life cycle. */
@Injectable()
export class ActorCommands {
  constructor(
    private readonly system: AbacoSystem,
    private readonly hostAccess: HostAccess,
    @Inject(RUNTIME_SERVICES) private readonly services: Pick<RuntimeServices, 'config' | 'functions'>,
  ) {}

  /** @returns the new actor, SUBMITTED; its first worker is on the way. @throws InvalidFunctionActor */
  async register(caller: Caller, description: ActorDescription): Promise<ActorRecord> {
    requireFunctionSettings(this.services.functions, description);
    const id = newId<ActorId>();
    const now = new Date();
    const record: ActorRecord = {
      cron_on: false,
      cron_schedule: null,
      cron_next_ex: null,
      ...description,
      _id: actorDbid(caller.tenant, id),
      tenant: caller.tenant,
      id,
      owner: caller.user,
      owner_limited: isLimited(caller, this.services.config.web.user_role),
      permissions: [{ user: caller.user, level: 'UPDATE' }],
      revision: 1,
      version: 1,
      status: 'SUBMITTED',
      status_message: null,
      ...(await this.hostAccess.ofNew(caller.tenant, caller.user, description)),
      api_server: caller.apiServer,
      create_time: now,
      last_update_time: now,
    };
    return this.ask(caller, id, (replyTo) => ({ type: 'register', record, replyTo }), COMMAND_DEADLINE_MS);
  }

  /**
   * Another image, or `force`, makes a new revision: workers of the old one finish their message and go.
   * @returns the new record
   * @param versions which ones the actor may have; undefined: any
   * @throws ActorNotFound, ActorIsStateful, ActorChanged, InvalidFunctionActor
   */
  async update(caller: Caller, actor: ActorId, update: ActorUpdate, versions?: ActorVersions): Promise<ActorRecord> {
    requireFunctionSettings(this.services.functions, update);
    const { force, ...rest } = update;
    const access = await this.hostAccess.ofExisting(caller.tenant, actor, update);
    const changes = { ...rest, ...access, api_server: caller.apiServer };
    return this.ask(
      caller,
      actor,
      (replyTo) => ({ type: 'update', changes, by: caller.user, force, versions, replyTo }),
      COMMAND_DEADLINE_MS,
    );
  }

  /** @returns whether every worker was gone within `workers.delete_seconds`. @throws ActorNotFound, ActorChanged */
  delete(caller: Caller, actor: ActorId, versions?: ActorVersions): Promise<{ complete: boolean }> {
    return this.ask(caller, actor, (replyTo) => ({ type: 'delete', versions, replyTo }), LONG_DEADLINE_MS);
  }

  /**
   * Resolves when the message is durable in store and broker.
   * @throws ActorNotFound, MessageNotAccepted
   */
  send(caller: Caller, actor: ActorId, message: IncomingMessage): Promise<AcceptedMessage> {
    return this.ask(caller, actor, (replyTo) => ({ type: 'send', caller, message, replyTo }), LONG_DEADLINE_MS);
  }

  /** Drops the waiting messages; their executions end in ERROR. @throws ActorNotFound */
  purge(caller: Caller, actor: ActorId): Promise<PurgedMailbox> {
    return this.ask(caller, actor, (replyTo) => ({ type: 'purge', replyTo }), LONG_DEADLINE_MS);
  }

  /**
   * Sends the message of a dead letter again; the same dead letter gives the same new execution each time.
   * @param execution undefined: up to 100 of the actor, the longest dead first
   * @throws ActorNotFound, DeadLetterNotFound, MessageNotAccepted, QuotaExceeded
   */
  redrive(caller: Caller, actor: ActorId, execution?: ExecutionId): Promise<RedrivenMailbox> {
    return this.ask(caller, actor, (replyTo) => ({ type: 'redrive', caller, execution, replyTo }), COMMAND_DEADLINE_MS);
  }

  /**
   * Has the container of a running execution stopped; the execution then completes with the exit code that this gives.
   * @throws ActorNotFound, ExecutionNotFound, ExecutionNotRunning
   */
  halt(caller: Caller, actor: ActorId, execution: ExecutionId): Promise<void> {
    return this.ask(caller, actor, (replyTo) => ({ type: 'halt', execution, replyTo }), COMMAND_DEADLINE_MS);
  }

  /**
   * Starts as many workers as are missing to `count`, beyond what the actor would get of itself. Answered when they are asked
   * for, not when they have started.
   * @throws ActorNotFound, ActorInError
   */
  ensureWorkers(caller: Caller, actor: ActorId, count: number): Promise<EnsuredWorkers> {
    return this.ask(caller, actor, (replyTo) => ({ type: 'ensure-workers', count, replyTo }), COMMAND_DEADLINE_MS);
  }

  /** The worker finishes its message and goes. @throws ActorNotFound, WorkerNotFound */
  stopWorker(caller: Caller, actor: ActorId, worker: WorkerId): Promise<void> {
    return this.ask(caller, actor, (replyTo) => ({ type: 'stop-worker', worker, replyTo }), COMMAND_DEADLINE_MS);
  }

  /** Adds an execution that took place elsewhere, COMPLETE. @returns the actor. @throws ActorNotFound */
  recordExecution(caller: Caller, actor: ActorId, statistics: ExecutionStatistics): Promise<ActorRecord> {
    return this.ask(
      caller,
      actor,
      (replyTo) => ({ type: 'record-execution', caller, statistics, replyTo }),
      COMMAND_DEADLINE_MS,
    );
  }

  /** @throws ActorNotFound, ActorIsStateless, ActorChanged */
  replaceState(caller: Caller, actor: ActorId, state: unknown, versions?: ActorVersions): Promise<ActorRecord> {
    return this.ask(
      caller,
      actor,
      (replyTo) => ({ type: 'replace-state', state, versions, replyTo }),
      COMMAND_DEADLINE_MS,
    );
  }

  private async ask<R>(
    caller: Caller,
    actor: ActorId,
    command: (replyTo: ReplyTo<R>) => MailboxCommand,
    deadlineMs: number,
  ): Promise<R> {
    try {
      return await this.system.tenants.ask<R>(
        (replyTo) => ({ type: 'to-actor', tenant: caller.tenant, actor, command: command(replyTo) }),
        { deadlineMs },
      );
    } catch (error) {
      if (!HIERARCHY_ERRORS.some((kind) => error instanceof kind)) throw error;
      throw new ServiceUnavailable(`Actor ${actor} cannot be reached at the moment. Try again.`, { cause: error });
    }
  }
}

/** The hierarchy itself did not answer: the command may or may not have been carried out. */
const HIERARCHY_ERRORS = [ActorFailed, ActorStopped, AskTimeout, MailboxFull];
