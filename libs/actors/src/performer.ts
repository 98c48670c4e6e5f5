import type { Behavior, BehaviorResult } from './behavior.js';
import { checkBehavior, isPromise, receive } from './behavior-calls.js';
import { Envelope } from './envelope.js';
import { ActorFailed, ActorStopped } from './errors.js';
import { EscalatedFailure } from './escalated-failure.js';
import type { Incarnation } from './incarnation.js';
import { IDLE, type Step, Ticked } from './ticked.js';
import { toError } from './to-error.js';

/** No message is being handled, or somebody else has taken over what was owed for it. */
const NOTHING = Symbol('nothing');

/** What an actor does with its next message, and what becomes of that message afterwards. */
export abstract class Performer<Self extends Performer<Self>> extends Ticked<Self> {
  protected behavior: Behavior<unknown> | undefined;
  protected incarnation: Incarnation<unknown> | undefined;
  /** What is being handled, as it lay in the mailbox. */
  private item: unknown = NOTHING;
  /** And the message that came out of it. */
  private message: unknown;

  /** Puts the message that is being handled aside. @throws StashFull, Error when none is being handled */
  stash(): void {
    if (this.item === NOTHING) throw new Error(`${this.path} handles no message that could be stashed`);
    this.putAside(this.later(this.message));
    this.item = NOTHING;
  }

  unstashAll(): void {
    this.bringBackAside();
    if (this.waiting > 0) this.arrived();
  }

  /** Hands what is owed for the message that is being handled to `target`, together with `message`. */
  forward(target: { deliver(item: unknown): void }, message: unknown): void {
    const item = this.later(message);
    this.item = NOTHING;
    target.deliver(item);
  }

  /** Takes a message from outside, and owes what comes with it. */
  deliver(item: unknown): void {
    if (item instanceof Envelope) item.takenBy(this);
    this.accept(item);
  }

  /** The actor's code has thrown, or a child has escalated. */
  protected abstract fail(error: Error): void;

  protected performNext(): Step {
    const signal = this.incarnation?.nextSignal();
    if (signal instanceof EscalatedFailure) {
      this.fail(signal.error);
      return undefined;
    }
    if (signal !== undefined) return this.perform(signal);
    return this.waiting > 0 ? this.perform(this.take()) : IDLE;
  }

  private perform(item: unknown): Promise<void> | undefined {
    const envelope = item instanceof Envelope ? item : undefined;
    if (envelope?.live === false) {
      this.discard(envelope, 'stopped', new ActorStopped(this.path));
      return undefined;
    }
    const { reports, interceptor } = this.environment;
    const beganAt = reports.measuring ? performance.now() : 0;
    this.item = item;
    try {
      const message = (this.message = envelope ? envelope.open() : item);
      interceptor?.beforeMessage?.(this.path, message);
      const result = receive(this.behavior!, message, this.incarnation!);
      if (isPromise(result)) return this.performAsync(result, beganAt);
      this.performed(result, beganAt);
    } catch (thrown) {
      this.performanceFailed(toError(thrown), beganAt);
    }
    return undefined;
  }

  private async performAsync(result: Promise<BehaviorResult<unknown>>, beganAt: number): Promise<void> {
    try {
      this.performed(await result, beganAt);
    } catch (thrown) {
      this.performanceFailed(toError(thrown), beganAt);
    }
  }

  private performed(next: BehaviorResult<unknown>, beganAt: number): void {
    if (next !== undefined) this.behavior = checkBehavior(this.path, next);
    const { item } = this;
    this.item = NOTHING;
    this.message = undefined;
    if (item instanceof Envelope) item.handled();
    this.incarnation?.touch();
    this.measure(beganAt, false);
  }

  private performanceFailed(error: Error, beganAt: number): void {
    const { item } = this;
    this.item = NOTHING;
    this.message = undefined;
    // What was put aside or handed over before stays where it is.
    if (item !== NOTHING) this.discard(item, 'failed', new ActorFailed(this.path, error));
    this.incarnation?.touch();
    this.measure(beganAt, true);
    this.fail(error);
  }

  private measure(beganAt: number, failed: boolean): void {
    const { reports } = this.environment;
    if (!reports.measuring) return;
    const { path, waiting } = this;
    reports.handled({ path, durationMs: performance.now() - beganAt, waiting, failed });
  }

  /** What stands for the present message in another place. What was handed over already is not owed a second time. */
  private later(message: unknown): unknown {
    return this.item instanceof Envelope ? this.item.passOn(message) : message;
  }
}
