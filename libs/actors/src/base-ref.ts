import type { Clock } from './clock.js';
import { PendingAsk } from './pending-ask.js';
import type { AskOptions, Ref, ReplyTo } from './ref.js';
import { Request } from './request.js';
import { toError } from './to-error.js';

type MakeMessage = (replyTo: ReplyTo<never>) => unknown;

/** What all refs of this library have in common: everything they take is delivered in one way. */
export abstract class BaseRef<in M> implements Ref<M> {
  abstract readonly path: string;
  protected abstract readonly clock: Clock;

  /** Takes a message as it lies in mailboxes: plain, or in an envelope. Must not throw. */
  abstract deliver(item: unknown): void;

  abstract offer(message: M, options?: { readonly signal?: AbortSignal }): Promise<void>;

  tell(message: M): void {
    this.deliver(message);
  }

  ask(request: object | MakeMessage, options?: AskOptions): Promise<never> {
    let ask: PendingAsk<never>;
    try {
      ask = new PendingAsk<never>({ path: this.path, clock: this.clock }, options);
    } catch (error) {
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- an abort reason may be anything
      return Promise.reject(error);
    }
    try {
      const message = typeof request === 'function' ? (request as MakeMessage)(ask) : { ...request, replyTo: ask };
      this.deliver(new Request(message, ask));
    } catch (error) {
      ask.fail(toError(error));
    }
    return ask.promise;
  }

  toJSON(): string {
    return this.path;
  }
}

/** @throws TypeError when the ref was not made by this library. */
export function baseOf<M>(ref: Ref<M>): BaseRef<M> {
  if (ref instanceof BaseRef) return ref as BaseRef<M>;
  throw new TypeError('Not a ref of an actor system');
}
