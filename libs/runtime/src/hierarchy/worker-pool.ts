import type { ActorContext, BehaviorObject, Ref, ReplyTo } from '@abaco/actors';
import { newId, type ExecutionDbid, type WorkerId } from '@abaco/contract';
import type { ActorRecord } from '@abaco/store';
import type { EnsuredWorkers } from '../answers.js';
import type { MailboxEnvironment } from './mailbox-environment.js';
import type { MailboxMessage, PoolState } from './mailbox-protocol.js';
import { idleTimeLeft } from './idle-end.js';
import { workerLimit } from './scaling.js';
import { stopDeadlines } from './stop-deadlines.js';
import { WorkerActor, type WorkerMessage } from './worker-actor.js';

export type PoolMessage =
  /** At least so many workers, those that are starting included. */
  | { readonly type: 'scale'; readonly target: number }
  /** The actor has changed. Workers of an older revision, or in another network, finish their message and go. */
  | { readonly type: 'update'; readonly actor: ActorRecord }
  | { readonly type: 'worker-state'; readonly worker: WorkerId; readonly state: WorkerPhase }
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
  /** The worker has been idle for `workers.worker_ttl`: is it to end? */
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

/** What a worker is doing, as far as scaling is concerned. */
export type WorkerPhase = 'starting' | 'idle' | 'busy';

interface Member {
  readonly ref: Ref<WorkerMessage>;
  phase: WorkerPhase;
  /** Milliseconds of the monotonic clock. */
  activeAt: number;
  stopping: boolean;
}

/** `.../<actorId>/workers`: supervises the workers of one actor. A worker that fails is restarted with growing delays. */
export class WorkerPool implements BehaviorObject<PoolMessage> {
  private readonly members = new Map<WorkerId, Member>();
  private readonly waitingForEmpty: ReplyTo<void>[] = [];
  /** So many workers were asked for while others, on their way out, still held their room. */
  private owed = 0;
  /** The next worker that ends its message goes. */
  private givesBack = false;

  constructor(
    private actor: ActorRecord,
    private readonly environment: MailboxEnvironment,
    private readonly mailbox: Ref<MailboxMessage>,
    private readonly context: ActorContext<PoolMessage>,
  ) {}

  receive = (message: PoolMessage): void => {
    switch (message.type) {
      case 'scale':
        this.grow(message.target);
        break;
      case 'update':
        if (message.actor.revision > this.actor.revision || message.actor.network !== this.actor.network) {
          this.stopAll({ halt: false });
        }
        this.actor = message.actor;
        break;
      case 'worker-state': {
        const member = this.members.get(message.worker);
        if (!member) break;
        Object.assign(member, { phase: message.state, activeAt: performance.now() });
        if (message.state === 'idle' && this.givesBack) this.giveBack(0);
        break;
      }
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

  private grow(target: number): void {
    const max = workerLimit(this.actor, this.environment.services.config);
    while (this.active() < target && this.members.size < max) this.add(max);
    this.owed = this.active() < target ? target : 0;
  }

  private ensure(count: number, known: readonly WorkerId[]): EnsuredWorkers {
    const previous = new Set([...known, ...this.members.keys()]).size;
    const added = Math.max(0, count - previous);
    for (let worker = 0; worker < added; worker++) this.add(count);
    return { previous, added };
  }

  private endOrKeepIdle(worker: WorkerId): void {
    const member = this.members.get(worker);
    if (!member) return;
    const others = [...this.members.values()].filter((other) => other !== member && !other.stopping);
    const maxIdleMs = this.environment.services.config.workers.sync_max_idle_time * 1000;
    const left = idleTimeLeft(this.actor, member, others, maxIdleMs, performance.now());
    member.ref.tell(left > 0 ? { type: 'stay-idle', ms: left } : { type: 'end-idle' });
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
    this.members.set(worker, { ref, phase: 'starting', activeAt: performance.now(), stopping: false });
    this.context.watch(ref, { type: 'worker-stopped', worker });
  }

  private answerIfEmpty(): void {
    if (this.members.size > 0) return;
    for (const replyTo of this.waitingForEmpty.splice(0)) replyTo.reply();
  }

  private state(): PoolState {
    const state = { starting: 0, idle: 0, busy: 0 };
    for (const member of this.members.values()) {
      // one that is on its way out takes no more messages: it counts as busy, so that another may be started for them
      if (member.stopping) state.busy++;
      else state[member.phase]++;
    }
    return state;
  }
}
