import { Backlog } from '../backlog.js';
import { idleTimeLeft } from '../idle-end.js';
import { decideWorkers, NEVER_GROWN, type ScalingState } from '../scaling-decision.js';
import type { ScalingPolicy } from '../scaling-policy.js';
import type { Load, SimulatedMessage } from './load.js';
import { VirtualTime } from './virtual-time.js';

/** A mailbox compares itself with the store so often, milliseconds. */
const TICK_MS = 2_000;
/** Shortest time between two looks that nothing has asked for, milliseconds; as of the mailbox. */
const MIN_LOOK_MS = 100;

export interface SimulationOptions {
  readonly policy: ScalingPolicy;
  readonly load: Load;
  /** From the request of a worker to its first message, milliseconds. */
  readonly startMs: number;
  /** How long to look on after the last message has come, milliseconds. */
  readonly afterMs: number;
}

export interface SimulationResult {
  /** From acceptance to the worker that takes it, milliseconds, in the order in which they were taken. */
  readonly waitsMs: readonly number[];
  readonly finished: number;
  /** Time that workers lived, all together. */
  readonly workerSeconds: number;
  /** When workers were started, and ended; milliseconds. */
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  readonly mostWorkers: number;
  /** Workers at the end. */
  readonly left: number;
}

interface SimulatedWorker {
  phase: 'starting' | 'idle' | 'busy';
  activeAt: number;
  readonly slot: number;
  readonly since: number;
}

/**
 * One actor on a host with room for all its workers: the policy's own code decides, as the mailbox and the pool ask it; messages go
 * to the worker that has idled longest, as brokers hand them out.
 */
export function simulateActor(options: SimulationOptions): SimulationResult {
  return new ActorSimulation(options).run();
}

class ActorSimulation {
  private readonly time = new VirtualTime();
  private readonly backlog = new Backlog();
  private readonly queue: SimulatedMessage[] = [];
  private readonly workers = new Set<SimulatedWorker>();
  private readonly idle: SimulatedWorker[] = [];
  private readonly waitsMs: number[] = [];
  private readonly starts: number[] = [];
  private readonly ends: number[] = [];
  private state: ScalingState = NEVER_GROWN;
  private finished = 0;
  private livedMs = 0;
  private mostWorkers = 0;

  constructor(private readonly options: SimulationOptions) {}

  run(): SimulationResult {
    const { load, afterMs } = this.options;
    const endMs = (load.messages.at(-1)?.at ?? 0) + afterMs;
    for (const message of load.messages) this.time.after(message.at, () => this.accept(message));
    for (let at = 0; at <= endMs; at += TICK_MS) this.time.after(at, () => this.compareWithStore());
    this.time.runUntil(endMs);
    for (const worker of this.workers) this.livedMs += endMs - worker.since;
    const { waitsMs, finished, starts, ends, mostWorkers } = this;
    const left = this.workers.size;
    return { waitsMs, finished, workerSeconds: this.livedMs / 1000, starts, ends, mostWorkers, left };
  }

  private accept(message: SimulatedMessage): void {
    this.queue.push(message);
    this.backlog.add(1, this.time.now);
    this.scale();
    this.handOut();
  }

  private compareWithStore(): void {
    const oldest = this.queue[0];
    this.backlog.correct({ waiting: this.queue.length, oldestMs: oldest && this.time.now - oldest.at }, this.time.now);
    this.scale();
  }

  private scale(): void {
    const { now } = this.time;
    const pool = { starting: 0, idle: 0, busy: 0 };
    for (const { phase } of this.workers) pool[phase]++;
    const { waiting } = this.backlog;
    const demand = { now, waiting, oldestMs: this.backlog.oldestMs(now), pool, elsewhere: 0 };
    const { target, lookInMs, grownAt } = decideWorkers(this.options.policy, demand, this.state);
    this.state = { grownAt };
    while (this.workers.size < target) this.start();
    if (lookInMs < Infinity) this.time.after(Math.max(lookInMs, MIN_LOOK_MS), () => this.compareWithStore());
  }

  private start(): void {
    const taken = new Set([...this.workers].map(({ slot }) => slot));
    let slot = 0;
    while (taken.has(slot)) slot++;
    const { now } = this.time;
    const worker: SimulatedWorker = { phase: 'starting', activeAt: now, slot, since: now };
    this.workers.add(worker);
    this.starts.push(now);
    this.mostWorkers = Math.max(this.mostWorkers, this.workers.size);
    this.time.after(this.options.startMs, () => this.becomeIdle(worker));
  }

  private becomeIdle(worker: SimulatedWorker): void {
    worker.phase = 'idle';
    worker.activeAt = this.time.now;
    this.idle.push(worker);
    this.lookAtIdle(worker, this.options.policy.idleMs);
    this.handOut();
  }

  private lookAtIdle(worker: SimulatedWorker, inMs: number): void {
    if (inMs === Infinity) return;
    const since = worker.activeAt;
    this.time.after(inMs, () => {
      // one that has started and done its message in no time is looked at twice
      if (this.workers.has(worker) && worker.phase === 'idle' && worker.activeAt === since) this.endOrKeep(worker);
    });
  }

  private endOrKeep(worker: SimulatedWorker): void {
    const { minWorkers, idleMs } = this.options.policy;
    const others = [...this.workers].filter((other) => other !== worker);
    const leftMs = idleTimeLeft({ hints: [], minWorkers, idleMs, maxIdleMs: 0 }, worker, others, this.time.now);
    if (leftMs > 0) {
      this.lookAtIdle(worker, leftMs);
      return;
    }
    this.workers.delete(worker);
    this.idle.splice(this.idle.indexOf(worker), 1);
    this.ends.push(this.time.now);
    this.livedMs += this.time.now - worker.since;
  }

  private handOut(): void {
    while (this.idle.length > 0 && this.queue.length > 0) {
      const worker = this.idle.shift()!;
      const message = this.queue.shift()!;
      this.backlog.take(this.time.now);
      this.waitsMs.push(this.time.now - message.at);
      worker.phase = 'busy';
      worker.activeAt = this.time.now;
      this.time.after(message.runMs, () => {
        this.finished++;
        this.becomeIdle(worker);
      });
    }
  }
}
