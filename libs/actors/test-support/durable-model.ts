import { setImmediate } from 'node:timers/promises';
import {
  type ActorContext,
  type Directive,
  type DurableRef,
  type Ref,
  createTestSystem,
  eventually,
  spawnDurable,
} from '../src/index.js';
import { gate } from './durable-bed.js';
import { FlakyQueues } from './flaky-queues.js';

/** What becomes of a message. */
export interface Task {
  /** Attempts that fail before one ends well, counted over all lives of the actor. */
  readonly failures: number;
  readonly directive: Directive;
  /** What handlers do with it; `hang` and `stash` at the first attempt alone. */
  readonly way: 'at once' | 'later' | 'hang' | 'stash' | 'forward';
}

export type Step =
  | { readonly do: 'send'; readonly tasks: readonly Task[] }
  | { readonly do: 'pass'; readonly ms: number }
  | { readonly do: 'outage'; readonly of: 'publish' | 'consume' | 'close'; readonly calls: number }
  | { readonly do: 'hiccup' | 'crash' | 'stop' | 'release' };

export interface Setting {
  readonly credit: number;
  readonly maxAttempts: number;
}

type Message = (Task & { readonly id: number }) | 'unstash' | 'crash';

class Failure extends Error {
  constructor(readonly directive: Directive) {
    super(directive);
  }
}

const supervision = { decide: (error: Error): Directive => (error instanceof Failure ? error.directive : 'stop') };

/** A durable actor that lives and dies beside flaky queues, one life after the other, and what happened to each message. */
export class DurableModel {
  readonly queues = new FlakyQueues();
  readonly bed = createTestSystem();
  /** Ids that the broker has taken, in order. */
  readonly sent: number[] = [];
  /** Ids that were handled or buried, in the order of the first time. */
  readonly done = new Set<number>();
  readonly handled = new Set<number>();
  /** Ids that were accepted before they were handled or buried. */
  readonly acceptedTooEarly: number[] = [];
  private readonly attempts = new Map<number, number>();
  private readonly seen = new Set<number>();
  private hanging = gate();
  private given = 0;
  private lives = 0;
  private home: Ref<'stop'> | undefined;
  private worker: DurableRef<Message> | undefined;

  constructor(private readonly setting: Setting) {
    this.queues.onAccept = (_mailbox, id) => {
      if (!this.done.has(Number(id))) this.acceptedTooEarly.push(Number(id));
    };
    this.queues.onPublish = (mailbox, id) => {
      if (mailbox === 'jobs.dead') this.done.add(Number(id));
      else this.sent.push(Number(id));
    };
  }

  get buried(): number[] {
    return this.queues.ids('jobs.dead').map(Number);
  }

  /** Plays the steps, lets everything come to rest, and stops. */
  async play(steps: readonly Step[]): Promise<void> {
    await this.live();
    for (const step of steps) {
      await this.take(step);
      await setImmediate();
    }
    this.hanging.open();
    Object.assign(this.queues.failing, { publish: 0, consume: 0, close: 0 });
    await this.pass(() => this.queues.held === 0 && this.queues.ids('jobs').length === 0);
    await this.bed.finish();
  }

  private async take(step: Step): Promise<void> {
    switch (step.do) {
      case 'send':
        // What the broker does not take was never sent.
        await Promise.allSettled(step.tasks.map((task) => this.send(task)));
        break;
      case 'pass':
        this.bed.clock.advance(step.ms);
        break;
      case 'outage':
        this.queues.failing[step.of] += step.calls;
        break;
      case 'hiccup':
        this.queues.hiccup();
        break;
      case 'crash':
        this.worker?.ref.tell('crash');
        break;
      case 'stop':
        this.home?.tell('stop');
        await this.pass(() => this.bed.system.snapshot().length === 0);
        await this.live();
        break;
      case 'release':
        this.hanging.open();
        this.hanging = gate();
        break;
      default:
        step satisfies never;
    }
  }

  private async send(task: Task): Promise<void> {
    this.given += 1;
    await this.worker?.send({ ...task, id: this.given }, { id: `${this.given}` });
  }

  /** Begins a new life. */
  private async live(): Promise<void> {
    this.lives += 1;
    this.worker = undefined;
    this.home = this.bed.system.spawn<'stop'>(`home-${this.lives}`, (context) => {
      const options = { queues: this.queues, mailbox: 'jobs', supervision, ...this.setting };
      this.worker = spawnDurable<Message>(context, 'worker', (own) => this.behavior(own), options);
      return () => context.stop();
    });
    await eventually(() => this.worker !== undefined);
  }

  private behavior(context: ActorContext<Message>) {
    const helper = context.spawn<Message>('helper', () => (message) => this.work(message), { supervision });
    return (message: Message): void | Promise<void> => {
      if (message === 'unstash') return context.unstashAll();
      if (message === 'crash') throw new Failure('restart');
      if (message.way === 'forward') return context.forward(helper, message);
      if (message.way !== 'stash' || this.seen.has(message.id)) return this.work(message);
      this.seen.add(message.id);
      context.stash();
      context.self.tell('unstash');
    };
  }

  private work(message: Message): void | Promise<void> {
    if (typeof message === 'string') return;
    const { id, way } = message;
    if (way === 'later') return setImmediate().then(() => this.finish(message));
    if (way !== 'hang' || this.seen.has(id)) return this.finish(message);
    this.seen.add(id);
    return this.hanging.opened.then(() => this.finish(message));
  }

  private finish({ id, failures, directive }: Exclude<Message, string>): void {
    const attempts = (this.attempts.get(id) ?? 0) + 1;
    this.attempts.set(id, attempts);
    if (attempts <= failures) throw new Failure(directive);
    this.handled.add(id);
    this.done.add(id);
  }

  /** Lets time pass until the condition holds. */
  private pass(condition: () => boolean): Promise<void> {
    const { clock } = this.bed;
    return eventually(() => {
      if (condition()) return true;
      if (clock.nextInMs !== undefined) clock.advance(clock.nextInMs);
      return false;
    }, 2_000);
  }
}
