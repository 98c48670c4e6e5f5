import { checkChoice, checkRange } from './option-checks.js';

/** What happens to an actor whose factory, handler, timer or hook threw. */
export type Directive = 'resume' | 'restart' | 'stop' | 'escalate';

export interface Backoff {
  /** First delay before a restart, milliseconds. Default 100. */
  readonly minMs?: number;
  /** Longest delay, milliseconds. Default 10,000. Each further failure doubles the delay up to this. */
  readonly maxMs?: number;
  /** Part of the delay that is random, 0 to 1. Default 0.2. */
  readonly jitter?: number;
  /** Without a failure for so long, the delay starts again at `minMs`; milliseconds. Default: `maxMs`. */
  readonly resetAfterMs?: number;
}

export interface SupervisionStrategy {
  /** Decides by the error. Default: always `restart`. A decider that throws counts as `stop`. */
  readonly decide?: (error: Error) => Directive;
  /**
   * Whom the decision applies to: the failed actor, or also its siblings that were spawned as `all-for-one`. Default
   * `one-for-one`. `resume` is always for the failed actor alone, and only its own restarts are counted.
   */
  readonly scope?: 'one-for-one' | 'all-for-one';
  readonly backoff?: Backoff;
  /** More restarts than this within `withinMs` become `stop` (or `escalate` when `onExhausted` says so). Default: no limit. */
  readonly maxRestarts?: number;
  /** Window of `maxRestarts`, milliseconds. Default 60,000. */
  readonly withinMs?: number;
  /** Default `stop`. */
  readonly onExhausted?: 'stop' | 'escalate';
}

/** @throws RangeError that names the option and its range. */
export function checkSupervision({ scope, backoff, maxRestarts, withinMs, onExhausted }: SupervisionStrategy): void {
  checkChoice('supervision.scope', scope, ['one-for-one', 'all-for-one']);
  checkRange('supervision.maxRestarts', maxRestarts, 0);
  checkRange('supervision.withinMs', withinMs, 0);
  checkChoice('supervision.onExhausted', onExhausted, ['stop', 'escalate'] satisfies Directive[]);
  checkRange('supervision.backoff.minMs', backoff?.minMs, 0);
  checkRange('supervision.backoff.maxMs', backoff?.maxMs, 0);
  checkRange('supervision.backoff.jitter', backoff?.jitter, 0, 1);
  checkRange('supervision.backoff.resetAfterMs', backoff?.resetAfterMs, 0);
}
