import type { ActorContext, BehaviorObject, Cancel, Ref, ReplyTo } from '@abaco/actors';
import { newId, type ExecutionDbid, type WorkerId } from '@abaco/contract';
import type { ActorRecord } from '@abaco/store';
import type { EnsuredWorkers } from '../answers.js';
import type { MailboxEnvironment } from './mailbox-environment.js';
import type { MailboxMessage, PoolState } from './mailbox-protocol.js';
import { tenantConfig } from '@abaco/config';
import { idleTimeLeft } from '../scaling/idle-end.js';
import { scalingPolicyOf, workerLimit } from '../scaling/scaling-policy.js';
import { SlotTries } from './slot-tries.js';
import { stopDeadlines } from './stop-deadlines.js';
import { WorkerActor, type WorkerMessage } from './worker-actor.js';

export type PoolMessage =
  /**
   * At least so many workers, those that are starting included. `pressing`: somebody waits for them. `slots`: so many workers in
   * all that the actor may have on all hosts; its limit when not given.
   */
  | { readonly type: 'scale'; readonly target: number; readonly pressing: boolean; readonly slots?: number }
  /** Another process wants a worker here; one that idles will do. */
  | { readonly type: 'one-more' }
  /** The actor has changed. Workers of an older revision, or in another network, finish their message and go. */
  | { readonly type: 'update'; readonly actor: ActorRecord }
  /** `slot`: of a worker that has started. */
  | { readonly type: 'worker-state'; readonly worker: WorkerId; readonly state: WorkerPhase; readonly slot?: number }
  /** A worker found all of so many slots taken, and stops. */
  | { readonly type: 'no-slot'; readonly slots: number }
  | { readonly type: 'worker-stopped'; readonly worker: WorkerId }
  /**
   * At least so many workers, those of other processes (`known`) included; the only limit is the number asked for.
   */
  | {
      readonly type: 'ensure';
      readonly count: number;
      readonly known: readonly WorkerId[];
      readonly replyTo: ReplyTo<EnsuredWorkers>;
    }
  /** The worker has been idle for as long as idle workers live: is it to end? */
  | { readonly type: 'idle-too-long'; readonly worker: WorkerId }
  /** Others need room on the host: a worker goes that idles for `idleMs`; undefined: if none idles, the next that ends its message. */
  | { readonly type: 'give-back'; readonly idleMs: number | undefined }
  /** One worker finishes its message and goes, if it is here. */
  | { readonly type: 'stop'; readonly worker: WorkerId }
  /** One worker starts anew, when it has ended its message, if it is here. */
  | { readonly type: 'replace'; readonly worker: WorkerId; readonly why: string }
  /** Ends one execution, if a worker here runs it. */
  | { readonly type: 'halt'; readonly execution: ExecutionDbid }
  /** Answered when no worker is left. `halt`: running executions are ended, too. */
  | { readonly type: 'stop-all'; readonly halt: boolean; readonly replyTo?: ReplyTo<void> };

/** What a worker is doing, as far as scaling is concerned. `taking`: it has a message, whose execution is SUBMITTED as yet. */
export type WorkerPhase = 'starting' | 'idle' | 'taking' | 'busy';

/** Timers go no longer, milliseconds. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

interface Member {
  readonly ref: Ref<WorkerMessage>;
  phase: WorkerPhase;
  /** Among the actor's workers of all hosts; Infinity while it starts. */
  slot: number;
  /** Milliseconds of the monotonic clock. */
  activeAt: number;
  stopping: boolean;
}

/** `.../<actorId>/workers`: supervises the workers of one actor. A worker that fails is restarted with growing delays. */
export class WorkerPool implements BehaviorObject<PoolMessage> {
  private readonly members = new Map<WorkerId, Member>();
  private readonly waitingForEmpty: ReplyTo<void>[] = [];
  /** Ends of the times after which idle workers are looked at. */
  private readonly idleLooks = new Map<WorkerId, Cancel>();
  private readonly slotTries = new SlotTries();
  /** So many workers were asked for while others, on their way out, still held their room. */
  private owed = 0;
  /** The next worker that ends its message goes. */
  private givesBack = false;
  /** Somebody waits for the workers that are starting. */
  private pressing = false;

  constructor(
    private actor: ActorRecord,
    private readonly environment: MailboxEnvironment,
    private readonly mailbox: Ref<MailboxMessage>,
    private readonly context: ActorContext<PoolMessage>,
  ) {}

  receive = (message: PoolMessage): void => {
    switch (message.type) {
      case 'scale':
        this.press(message.pressing);
        this.grow(message.target, message.slots);
        break;
      case 'one-more':
        this.slotTries.reset();
        this.press(true);
        if (this.state().idle === 0) this.grow(this.active() + 1);
        break;
      case 'update':
        if (message.actor.revision > this.actor.revision || message.actor.network !== this.actor.network) {
          this.stopAll({ halt: false });
        }
        this.actor = message.actor;
        this.slotTries.reset();
        for (const [worker, member] of this.members) this.watchIdle(worker, member); // its time may have changed
        break;
      case 'worker-state': {
        const member = this.members.get(message.worker);
        if (!member) break;
        if (member.phase === 'starting' && message.state === 'idle') this.slotTries.reset();
        Object.assign(member, { phase: message.state, slot: message.slot ?? Infinity, activeAt: performance.now() });
        this.watchIdle(message.worker, member);
        if (message.state === 'idle' && this.givesBack) this.giveBack(0);
        break;
      }
      case 'no-slot':
        this.slotTries.refused(message.slots, performance.now());
        return;
      case 'worker-stopped':
        this.remove(message.worker);
        this.answerIfEmpty();
        break;
      case 'idle-too-long':
        this.endOrKeepIdle(message.worker);
        return;
      case 'ensure':
        message.replyTo.reply(this.ensure(message.count, message.known));
        break;
      case 'give-back':
        this.giveBack(message.idleMs);
        break;
      case 'stop': {
        const member = this.members.get(message.worker);
        if (member) this.stop(member, { halt: false });
        break;
      }
      case 'replace':
        this.members.get(message.worker)?.ref.tell({ type: 'replace', why: message.why });
        return;
      case 'halt':
        for (const { ref } of this.members.values()) ref.tell({ type: 'halt', execution: message.execution });
        return;
      case 'stop-all':
        this.stopAll(message);
        if (message.replyTo) this.waitingForEmpty.push(message.replyTo);
        this.answerIfEmpty();
        break;
      default:
        message satisfies never;
    }
    this.mailbox.tell({ type: 'pool-changed', pool: this.state() });
  };

  private press(pressing: boolean): void {
    if (pressing && !this.pressing) this.environment.host.tell({ type: 'press', pool: this.context.self });
    this.pressing = pressing;
  }

  private grow(target: number, slots = Infinity): void {
    const max = Math.min(workerLimit(this.actor, this.environment.services.config), slots);
    const now = performance.now();
    while (this.active() < target && this.members.size < max) {
      if (!this.slotTries.admits(max, this.state().starting, now)) break;
      this.add(max);
    }
    this.owed = this.active() < target ? target : 0;
  }

  private ensure(count: number, known: readonly WorkerId[]): EnsuredWorkers {
    const previous = new Set([...known, ...this.members.keys()]).size;
    const added = Math.max(0, count - previous);
    if (added > 0) this.press(true);
    this.slotTries.reset();
    for (let worker = 0; worker < added; worker++) this.add(count);
    return { previous, added };
  }

  private endOrKeepIdle(worker: WorkerId): void {
    const member = this.members.get(worker);
    if (!member || member.phase !== 'idle') return;
    const { config } = this.environment.services;
    const { idleMs, minWorkers } = scalingPolicyOf(this.actor, config);
    const now = performance.now();
    const others = [...this.members.values()].filter((other) => other !== member && !other.stopping);
    const maxIdleMs = tenantConfig(config, this.actor.tenant).sync_max_idle_time * 1000;
    const leftMs = idleTimeLeft({ ...this.actor, minWorkers, idleMs, maxIdleMs }, member, others, now);
    if (leftMs > 0) this.lookAtIdle(worker, leftMs);
    else member.ref.tell({ type: 'end-idle' });
  }

  /** Sets, or takes away, the time at which an idle worker is looked at. */
  private watchIdle(worker: WorkerId, { phase, activeAt, stopping }: Member): void {
    const { idleMs } = scalingPolicyOf(this.actor, this.environment.services.config);
    this.idleLooks.get(worker)?.();
    this.idleLooks.delete(worker);
    if (phase === 'idle' && !stopping) this.lookAtIdle(worker, activeAt + idleMs - performance.now());
  }

  private lookAtIdle(worker: WorkerId, inMs: number): void {
    if (inMs === Infinity) return;
    const delayMs = Math.min(Math.max(inMs, 100), LONGEST_TIMER_MS);
    this.idleLooks.set(worker, this.context.schedule(delayMs, { type: 'idle-too-long', worker }));
  }

  private giveBack(idleMs: number | undefined): void {
    const since = performance.now() - (idleMs ?? 0);
    const member = [...this.members.values()].find(
      ({ phase, stopping, activeAt }) => phase === 'idle' && !stopping && activeAt <= since,
    );
    this.givesBack = !member && idleMs === undefined;
    if (member) this.stop(member, { halt: false });
    else if (idleMs !== undefined) this.environment.host.tell({ type: 'nothing-to-give', pool: this.context.self });
  }

  private remove(worker: WorkerId): void {
    const member = this.members.get(worker);
    this.members.delete(worker);
    this.idleLooks.get(worker)?.();
    this.idleLooks.delete(worker);
    if (member && member.slot < Infinity) this.slotTries.reset(); // it gave one back
    if (member?.stopping && this.owed > 0) this.grow(this.owed);
  }

  private stopAll({ halt }: { halt: boolean }): void {
    this.owed = 0;
    for (const member of this.members.values()) this.stop(member, { halt });
  }

  private stop(member: Member, { halt }: { halt: boolean }): void {
    member.stopping = true;
    member.ref.tell({ type: 'stop', halt });
  }

  private active(): number {
    let active = 0;
    for (const member of this.members.values()) if (!member.stopping) active++;
    return active;
  }

  private add(maxSlots: number): void {
    const worker = newId<WorkerId>();
    const { actor } = this;
    const ref = this.context.spawn<WorkerMessage>(
      worker,
      (context) =>
        new WorkerActor(
          {
            actor,
            worker,
            maxSlots,
            isPressing: () => this.pressing,
            environment: this.environment,
            pool: this.context.self,
            mailbox: this.mailbox,
          },
          context,
        ),
      {
        supervision: { backoff: { minMs: 200, maxMs: 10_000, resetAfterMs: 60_000 } },
        stopDeadlineMs: stopDeadlines(this.environment.services.config.workers.drain_seconds).worker,
      },
    );
    this.members.set(worker, { ref, phase: 'starting', slot: Infinity, activeAt: performance.now(), stopping: false });
    this.context.watch(ref, { type: 'worker-stopped', worker });
  }

  private answerIfEmpty(): void {
    if (this.members.size > 0) return;
    for (const replyTo of this.waitingForEmpty.splice(0)) replyTo.reply();
  }

  private state(): PoolState {
    const state = { starting: 0, idle: 0, taking: 0, busy: 0, stopping: 0 };
    for (const { stopping, phase } of this.members.values()) state[stopping ? 'stopping' : phase]++;
    return state;
  }
}
