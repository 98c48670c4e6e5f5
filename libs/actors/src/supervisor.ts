import { backoffDelay, DEFAULT_MAX_MS } from './backoff-delay.js';
import type { Directive, SupervisionStrategy } from './supervision.js';
import { toError } from './to-error.js';

/** What happens after one failure. */
export interface Verdict {
  readonly directive: Directive;
  /** How long to wait before the restart, milliseconds; 0 for other directives. */
  readonly delayMs: number;
  /** What the decider threw instead of deciding. */
  readonly deciderError?: Error;
}

const DIRECTIVES: readonly string[] = ['resume', 'restart', 'stop', 'escalate'] satisfies Directive[];

/** Applies a strategy to the failures of one actor. Knows nothing of actors: time and chance come in as arguments. */
export class Supervisor {
  /** Times of the restarts that count against `maxRestarts`. */
  private readonly restarts: number[] = [];
  /** Restarts since the actor last ran long enough to start again at `minMs`. */
  private streak = 0;

  constructor(private readonly strategy: SupervisionStrategy) {}

  /**
   * @param now milliseconds
   * @param ranMs how long the failed incarnation ran, milliseconds; `undefined` when its factory failed: then there is nothing
   *   to resume, and `resume` becomes `restart`
   * @param random from 0 to 1
   */
  judge(error: Error, now: number, ranMs: number | undefined, random: number): Verdict {
    let directive: Directive;
    try {
      directive = this.strategy.decide?.(error) ?? 'restart';
      if (!DIRECTIVES.includes(directive))
        throw new TypeError(`The decider returned no directive: ${String(directive)}`);
    } catch (thrown) {
      return { directive: 'stop', delayMs: 0, deciderError: toError(thrown) };
    }
    if (directive === 'resume' && ranMs === undefined) directive = 'restart';
    if (directive !== 'restart') return { directive, delayMs: 0 };
    if (this.isExhausted(now)) return { directive: this.strategy.onExhausted ?? 'stop', delayMs: 0 };
    return { directive, delayMs: this.nextDelay(ranMs, random) };
  }

  private isExhausted(now: number): boolean {
    const { maxRestarts = Infinity, withinMs = 60_000 } = this.strategy;
    if (maxRestarts === Infinity) return false;
    while (this.restarts.length > 0 && now - this.restarts[0]! >= withinMs) this.restarts.shift();
    if (this.restarts.length >= maxRestarts) return true;
    this.restarts.push(now);
    return false;
  }

  private nextDelay(ranMs: number | undefined, random: number): number {
    const { backoff = {} } = this.strategy;
    const { resetAfterMs = backoff.maxMs ?? DEFAULT_MAX_MS } = backoff;
    if (ranMs !== undefined && ranMs >= resetAfterMs) this.streak = 0;
    return backoffDelay(this.streak++, backoff, random);
  }
}
