import type { TenantId } from '@abaco/contract';
import type { FailureKind, FaultCause } from '@abaco/store';

/** An execution that this process has brought to its end. */
export interface EndedExecution {
  readonly tenant: TenantId;
  readonly status: 'COMPLETE' | 'ERROR';
  /** From the start of the container to its end; null when there was none. */
  readonly seconds: number | null;
  /** Seconds from the receipt of the message to the start of its last container; null when there was none. */
  readonly waited: number | null;
}

/** An execution of which an attempt has failed in a way that is repeated. */
export interface FailedExecution {
  readonly tenant: TenantId;
  readonly failure: FailureKind;
}

/**
 * What the health check has put right: a host whose lease had ended, records of workers that are gone, workers whose record or sandbox was
 * lost, containers, sandboxes, files and message bodies of nobody, expired dead letters.
 */
export type Mended =
  | 'host'
  | 'worker-record'
  | 'unrecorded-worker'
  | 'lost-sandbox'
  | 'orphaned-container'
  | 'orphaned-sandbox'
  | 'stray-file'
  | 'stray-body'
  | 'expired-dead-letter';

/** What it was about, as far as it is known: ids; `file` is a path. */
export type MendedSubject = Readonly<
  Partial<Record<'host' | 'actor' | 'worker' | 'execution' | 'container' | 'file', string>>
>;

/**
 * What the runtime tells of its work, for metrics, and as events for the application that it is part of (`telemetry` of `AbacoModule`). Called in the middle of that work: be quick, and do not throw. What is left out
 * costs nothing.
 */
export interface Telemetry {
  executionEnded?(execution: EndedExecution): void;
  /** An attempt has failed and the execution is to be run again. */
  executionRetried?(execution: FailedExecution): void;
  /** The attempts of an execution are used up: it is a dead letter. */
  executionGivenUp?(execution: FailedExecution): void;
  /** An attempt to deliver an event has ended. @param result `delivered`, `retried` or `given up` */
  deliveryAttempted?(target: 'link' | 'webhook', result: 'delivered' | 'retried' | 'given up'): void;
  /** An attempt to fetch an image has ended. @param result `pulled`, `not-found`, `engine`, or one of `PullFailure` */
  imagePulled?(result: string): void;
  /** An image that was not used has been removed. */
  imageRemoved?(bytes: number): void;
  /** Places for workers on this host, and how many of them are taken. */
  placesTaken?(taken: number, places: number): void;
  /** An actor has gone to ERROR. */
  actorFaulted?(cause: FaultCause): void;
  /** An actor has come out of ERROR by itself. */
  actorRecovered?(cause: FaultCause): void;
  /** Something was found that should not be, and put right. */
  mended?(what: Mended, subject: MendedSubject): void;
  /** A message of the hierarchy reached nobody. @param reason one of `DeadLetterReason` */
  deadLetter?(reason: string): void;
  /** An actor of the hierarchy failed. @param directive what supervision decided: resume, restart, stop or escalate */
  actorFailed?(directive: string): void;
}

/** Tells nobody. */
export const noTelemetry: Telemetry = {};
