import type { HostId } from '@abaco/contract';
import type { WorkerRecord } from '@abaco/store';

/** A worker that was asked for shows within this time, or is asked for again, milliseconds. */
const SHOWS_WITHIN_MS = 5_000;

/** How many of them do what. */
type Phases = Record<'starting' | 'idle' | 'busy', number>;

const NONE: Phases = { starting: 0, idle: 0, busy: 0 };

/** What the mailbox of an actor knows of the actor's workers on other hosts, and how many it has asked for that do not show yet. */
export class WorkersElsewhere {
  private known: Readonly<Phases> = NONE;
  /** When the requests are given up, milliseconds of the monotonic clock; in order. */
  private asked: number[] = [];

  /** Workers that are there or on their way. */
  get state(): Readonly<Phases> {
    return this.known;
  }

  /** Nothing is known, and nothing has been asked for. */
  isEmpty(now: number): boolean {
    return total(this.known) + this.pending(now) === 0;
  }

  /**
   * @param workers all records of the actor
   * @param host this one
   * @param revision the present one: workers of others take no more messages
   * @param idleCount false: messages have been waiting so long that idle workers elsewhere cannot be alive
   */
  learn(workers: readonly WorkerRecord[], host: HostId, revision: number, { idleCount }: { idleCount: boolean }): void {
    const before = total(this.known);
    const state = { starting: 0, idle: 0, busy: 0 };
    for (const worker of workers) {
      if (worker.host_id === host || worker.revision !== revision) continue;
      const phase = phaseOf(worker);
      if (phase === undefined || (phase === 'idle' && !idleCount)) continue;
      state[phase]++;
    }
    this.known = state;
    // those that have shown are pending no more
    this.asked.splice(0, Math.max(0, total(state) - before));
  }

  /** How many are still to be asked for, so that there are `target`. */
  missing(target: number, now: number): number {
    return Math.max(0, target - total(this.known) - this.pending(now));
  }

  /** One more has been asked for. */
  ask(now: number): void {
    this.asked.push(now + SHOWS_WITHIN_MS);
  }

  private pending(now: number): number {
    this.asked = this.asked.filter((until) => until > now);
    return this.asked.length;
  }
}

const total = ({ starting, idle, busy }: Readonly<Phases>): number => starting + idle + busy;

function phaseOf({ status }: WorkerRecord): keyof Phases | undefined {
  switch (status) {
    case 'READY':
      return 'idle';
    case 'BUSY':
      return 'busy';
    case 'ERROR':
    case 'SHUTDOWN_REQUESTED':
    case 'SHUTTING_DOWN':
      return undefined;
    default:
      return 'starting';
  }
}
