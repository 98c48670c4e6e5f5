import type { Interceptor } from '../interceptor.js';
import type { Ref } from '../ref.js';

/** Which messages or starts of an actor fail, and how. */
export interface Fault {
  /** What is thrown. Default: an `InjectedFault`. */
  readonly error?: Error;
  /** How often, from 1. Default 1. */
  readonly times?: number;
  /** Messages that fail; others pass. Default: every message. Not for starts. */
  readonly matches?: (message: unknown) => boolean;
}

/** What an injected fault throws unless the test says otherwise. */
export class InjectedFault extends Error {
  override readonly name = 'InjectedFault';
  constructor(readonly path: string) {
    super(`Injected fault in ${path}`);
  }
}

type Moment = 'start' | 'message';

interface Planned extends Fault {
  readonly moment: Moment;
  readonly path: string;
  left: number;
}

/** Makes actors fail at chosen moments, as if their own code had thrown. Give it to an `ActorSystem` as its `interceptor`. */
export class FaultInjector implements Interceptor {
  private planned: Planned[] = [];

  /** The next messages of this actor fail before its handler sees them. @throws RangeError when `times` is not from 1 */
  failMessage(target: Ref<never> | string, fault: Fault = {}): void {
    this.plan('message', target, fault);
  }

  /** The next starts of this actor, the first one included, fail before its factory is called. @throws RangeError */
  failStart(target: Ref<never> | string, fault: Omit<Fault, 'matches'> = {}): void {
    this.plan('start', target, fault);
  }

  /** Faults that have not struck, as texts: a test that planned them did not test what it meant to. */
  get unused(): readonly string[] {
    return this.planned.map(({ moment, path, left }) => `${left} failing ${moment}(s) of ${path}`);
  }

  beforeStart(path: string): void {
    this.strike('start', path, undefined);
  }

  beforeMessage(path: string, message: unknown): void {
    this.strike('message', path, message);
  }

  private plan(moment: Moment, target: Ref<never> | string, fault: Fault): void {
    const { times = 1 } = fault;
    if (!(times >= 1)) throw new RangeError(`times must be a number from 1, not ${times}`);
    this.planned.push({ ...fault, moment, path: typeof target === 'string' ? target : target.path, left: times });
  }

  private strike(moment: Moment, path: string, message: unknown): void {
    const fault = this.planned.find(
      (candidate) => candidate.moment === moment && candidate.path === path && (candidate.matches?.(message) ?? true),
    );
    if (!fault) return;
    fault.left -= 1;
    if (fault.left === 0) this.planned = this.planned.filter((candidate) => candidate !== fault);
    throw fault.error ?? new InjectedFault(path);
  }
}
