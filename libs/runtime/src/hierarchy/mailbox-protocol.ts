import type { ReplyTo } from '@abaco/actors';
import type { Caller } from '@abaco/access';
import type { ExecutionDbid, ExecutionId, WorkerId } from '@abaco/contract';
import type { ActorChanges, ActorRecord, ActorVersions } from '@abaco/store';
import type { AcceptedMessage, EnsuredWorkers, PurgedMailbox, RedrivenMailbox } from '../answers.js';
import type { ExecutionStatistics } from '../execution-statistics.js';
import type { IncomingMessage } from '../incoming-message.js';
import type { StartFailure } from './start-failure.js';

/** What others may ask of an actor's mailbox. */
export type MailboxCommand =
  | { readonly type: 'register'; readonly record: ActorRecord; readonly replyTo: ReplyTo<ActorRecord> }
  | {
      readonly type: 'send';
      readonly caller: Caller;
      readonly message: IncomingMessage;
      readonly replyTo: ReplyTo<AcceptedMessage>;
    }
  | {
      readonly type: 'update';
      readonly changes: ActorChanges;
      readonly by: string;
      readonly force: boolean;
      readonly versions: ActorVersions;
      readonly replyTo: ReplyTo<ActorRecord>;
    }
  | { readonly type: 'purge'; readonly replyTo: ReplyTo<PurgedMailbox> }
  | {
      readonly type: 'replace-state';
      readonly state: unknown;
      readonly versions: ActorVersions;
      readonly replyTo: ReplyTo<ActorRecord>;
    }
  | { readonly type: 'delete'; readonly versions?: ActorVersions; readonly replyTo: ReplyTo<{ complete: boolean }> }
  | {
      readonly type: 'record-execution';
      readonly caller: Caller;
      readonly statistics: ExecutionStatistics;
      readonly replyTo: ReplyTo<ActorRecord>;
    }
  /** `execution` undefined: the longest dead ones. */
  | {
      readonly type: 'redrive';
      readonly caller: Caller;
      readonly execution: ExecutionId | undefined;
      readonly replyTo: ReplyTo<RedrivenMailbox>;
    }
  | { readonly type: 'halt'; readonly execution: ExecutionId; readonly replyTo: ReplyTo<void> }
  | { readonly type: 'ensure-workers'; readonly count: number; readonly replyTo: ReplyTo<EnsuredWorkers> }
  | { readonly type: 'stop-worker'; readonly worker: WorkerId; readonly replyTo: ReplyTo<void> }
  /** What is on record already, perhaps by another process. */
  | { readonly type: 'carry-out-halt'; readonly execution: ExecutionDbid }
  | { readonly type: 'carry-out-stop'; readonly worker: WorkerId }
  /** The worker has lost what it needs: it starts anew when it has ended its message. */
  | { readonly type: 'carry-out-replace'; readonly worker: WorkerId; readonly why: string }
  /** A command of the channel: a worker is to start here. `first`: although no message waits. */
  | { readonly type: 'worker-wanted'; readonly first: boolean }
  /** There is work in the store that no worker of ours may know of. */
  | { readonly type: 'wake' }
  /** The actor is in ERROR, and it is time to try whether its cause is gone. */
  | { readonly type: 'try-again' };

/** How many of an actor's workers do what. */
export interface PoolState {
  readonly starting: number;
  readonly idle: number;
  /** Their messages still count as waiting. */
  readonly taking: number;
  readonly busy: number;
  /** On their way out: they take no more messages. */
  readonly stopping: number;
}

/** What an actor's mailbox hears from its own parts. */
export type MailboxEvent =
  /** The execution of a message that came here is on record. Comes before a worker can take it. */
  | { readonly type: 'message-recorded' }
  /** `refused`: one that was recorded. */
  | { readonly type: 'accept-ended'; readonly refused: boolean }
  | { readonly type: 'pool-changed'; readonly pool: PoolState }
  | { readonly type: 'message-taken' }
  /** An execution pauses for so long before its next attempt, milliseconds. */
  | { readonly type: 'retry-planned'; readonly delayMs: number }
  | { readonly type: 'retries-due' }
  | { readonly type: 'retries-offered'; readonly offered: number; readonly nextMs: number | undefined }
  /** The actor cannot have workers, or the containers of its executions keep failing. */
  | ({ readonly type: 'worker-start-failed'; readonly revision: number } & StartFailure)
  /** To compare with the store between two ticks. */
  | { readonly type: 'look' }
  | { readonly type: 'tick' }
  | { readonly type: 'tick-done'; readonly seen: SeenInStore };

/** What a look at the store has shown of an actor. */
export interface SeenInStore {
  readonly waiting: number;
  /** Executions that no queue holds, perhaps. */
  readonly due: number;
  /** How long the oldest message has waited, milliseconds. Undefined: not looked for. */
  readonly oldestMs?: number;
  /** Workers of other hosts. Undefined: not looked for. */
  readonly elsewhere?: number;
}

export type MailboxMessage = MailboxCommand | MailboxEvent;
