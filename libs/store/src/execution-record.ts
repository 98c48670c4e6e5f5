import type {
  ActorDbid,
  ExecutionDbid,
  ExecutionId,
  ExecutionStatus,
  HostId,
  TenantId,
  WorkerId,
} from '@abaco/contract';
import type { EventRecord } from './event-record.js';
import type { FailureKind } from './retry-policy.js';

/** The message of an execution. Bodies over 64 KiB and all binary ones lie in the body store under the execution's `_id`. */
export type MessageRecord =
  | { readonly kind: 'text'; readonly text: string }
  /** `text` is the JSON source as received, so that no digit is lost. */
  | { readonly kind: 'json'; readonly text: string }
  | {
      readonly kind: 'binary' | 'stored-text' | 'stored-json';
      readonly bytes: number;
      /** The execution under whose id the body lies. Missing: this one. */
      readonly body?: ExecutionDbid;
    };

/** One take of a message, and how it ended. */
export interface AttemptRecord {
  /** From 1. */
  readonly number: number;
  readonly worker_id: WorkerId | null;
  readonly host_id: HostId | null;
  /** Null when no container was started, or nobody noted it. */
  readonly start_time: Date | null;
  readonly finish_time: Date;
  readonly exit_code: number | null;
  /** Null: it did not fail, or in a way that no policy repeats. */
  readonly failure: FailureKind | null;
  /** What went wrong, in words. */
  readonly reason: string | null;
}

/** An execution whose attempts are used up; it keeps its message. */
export interface DeadLetterRecord {
  readonly time: Date;
  /** When it is forgotten; null: never. */
  readonly expires: Date | null;
}

/** What an execution took of the machine, bytes; null where it could not be measured. */
export interface ResourcesRecord {
  readonly memory_peak: number | null;
  readonly network_received: number | null;
  readonly network_sent: number | null;
  readonly block_read: number | null;
  readonly block_written: number | null;
}

/** One message and what became of it. */
export interface ExecutionRecord {
  readonly _id: ExecutionDbid;
  readonly tenant: TenantId;
  readonly id: ExecutionId;
  readonly actor_id: ActorDbid;
  readonly executor: string;
  readonly api_server: string;
  readonly status: ExecutionStatus;
  /** Why the status is ERROR. */
  readonly error: string | null;
  readonly message: MessageRecord;
  /** Contract 4.3.1, groups 2 and 3: query parameters and message metadata. An array of pairs: keys may hold dots. */
  readonly environment: readonly { readonly name: string; readonly value: string }[];
  readonly idempotency_key: string | null;
  /** Of message and environment, where there is an idempotency key: the same key may not stand for another message. */
  readonly message_digest?: string;
  /** Of a message that is an event: the actors whose events led to it. Never shown. */
  readonly event_path?: readonly ActorDbid[];
  /** Events without deliveries yet. Missing: none. Never shown. */
  readonly pending_events?: readonly EventRecord[];
  readonly worker_id: WorkerId | null;
  readonly host_id: HostId | null;
  /** Takes of the message so far; 0 before the first. */
  readonly attempt: number;
  /** Ended takes, the last 20 at most. Missing: none. */
  readonly attempts?: readonly AttemptRecord[];
  /** While RUNNING and nobody runs it: not to be taken again before this, database time. Missing: an attempt is under way. */
  readonly retry_at?: Date;
  /** How long the last pause before an attempt was to be, milliseconds. Missing: there was none. */
  readonly retry_pause?: number;
  /**
   * While RUNNING: when the claim ends unless renewed, database time. With `retry_at`: the same time, or null once its message
   * was published again.
   */
  readonly lease_expires: Date | null;
  /** Somebody wants the running container to be stopped. */
  readonly halt_requested: boolean;
  readonly message_received_time: Date;
  readonly start_time: Date | null;
  readonly finish_time: Date | null;
  /** Seconds. */
  readonly runtime: number;
  /** Nanoseconds. */
  readonly cpu: number;
  /** Bytes received on the network. */
  readonly io: number;
  /** Missing or null before the end, and when there was no container. */
  readonly resources?: ResourcesRecord | null;
  readonly exit_code: number | null;
  /** Of the image that its container was made of: by its registry, or its id if it is from none. */
  readonly image_digest: string | null;
  readonly final_state: Readonly<Record<string, unknown>> | null;
  /** Missing: it is no dead letter, or none any more. */
  readonly dead_letter?: DeadLetterRecord;
  /** Of a dead letter whose message was sent again: the execution that it became. */
  readonly redriven_as?: ExecutionId;
  /** The dead letter whose message this is. */
  readonly redrive_of?: ExecutionId;
}

/** What a finished attempt writes. */
export interface ExecutionOutcome {
  readonly status: 'COMPLETE' | 'ERROR';
  readonly error?: string;
  /** What the attempt failed of, if it is a failure that policies repeat. */
  readonly failure?: FailureKind | undefined;
  /** With status ERROR: it becomes a dead letter. */
  readonly dead_letter?: DeadLetterRecord;
  readonly start_time: Date | null;
  readonly finish_time: Date;
  readonly runtime: number;
  readonly cpu: number;
  readonly io: number;
  readonly resources?: ResourcesRecord;
  readonly exit_code: number | null;
  readonly image_digest: string | null;
  readonly final_state: Readonly<Record<string, unknown>> | null;
}

/** The items of an actor's executions summary. */
export type ExecutionSummary = Pick<
  ExecutionRecord,
  'id' | 'status' | 'message_received_time' | 'start_time' | 'finish_time'
>;

/** How far an execution is. */
export type ExecutionProgress = Pick<ExecutionRecord, '_id' | 'status' | 'attempt' | 'host_id' | 'error'>;

export interface ExecutionTotals {
  readonly total_executions: number;
  readonly total_cpu: number;
  readonly total_io: number;
  readonly total_runtime: number;
}

/** What the executions of one actor amount to. */
export interface ActorExecutions {
  readonly actor_id: ActorDbid;
  readonly executions: number;
  /** SUBMITTED ones. */
  readonly waiting: number;
  readonly cpu: number;
  readonly io: number;
  readonly runtime: number;
}

/** Messages of an actor that wait. */
export interface WaitingCount {
  readonly tenant: TenantId;
  readonly actor_id: ActorDbid;
  readonly count: number;
  /** When the oldest of them was received. */
  readonly oldest: Date;
}
