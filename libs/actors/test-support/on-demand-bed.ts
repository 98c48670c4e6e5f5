import {
  type ActorContext,
  OnDemandChildren,
  type OnDemandOptions,
  type Ref,
  type ReplyTo,
  createTestSystem,
  eventually,
} from '../src/index.js';
import { stopNow } from './stop-now.js';

export type Job =
  | { readonly type: 'note'; readonly text: string }
  | { readonly type: 'who'; readonly replyTo: ReplyTo<string> }
  /** Begins an asynchronous handler that ends when the bed lets it. */
  | { readonly type: 'hold' }
  | { readonly type: 'keep'; readonly replyTo: ReplyTo<string> }
  | { readonly type: 'passivate' | 'stop' | 'stash' };
export type Task = 'empty' | ((context: ActorContext<Task>, children: OnDemandChildren<Task, Job>) => unknown);
export const note = (text: string): Job => ({ type: 'note', text });

/** A parent of on-demand children whose lives are recorded; each of them names itself after its number, from 1. */
export class OnDemandBed {
  readonly test = createTestSystem();
  readonly parent: Ref<Task>;
  /** Those of the parent's present incarnation. */
  children!: OnDemandChildren<Task, Job>;
  readonly log: string[] = [];
  /** Lets a handler or postStop go on. */
  readonly gates: (() => void)[] = [];
  /** Whether postStop waits for a gate. */
  slowStop = false;
  emptied = 0;
  private lives = 0;

  constructor(options: Partial<OnDemandOptions<Task, Job>> = {}) {
    this.parent = this.test.system.spawn<Task>(
      'parent',
      (context) => {
        const children = (this.children = new OnDemandChildren(context, { factory: () => this.child(), ...options }));
        return async (task) => {
          if (task === 'empty') this.emptied += 1;
          else await task(context, children);
        };
      },
      { supervision: { backoff: { minMs: 0 } } },
    );
  }

  async started(): Promise<this> {
    await eventually(() => this.test.system.snapshot()[0]?.status === 'running');
    return this;
  }

  ref(name: string): Ref<Job> {
    return this.children.ref(name);
  }

  /** Starts a child, makes it passivate itself, and waits until its postStop is held. */
  async stopping(name: string): Promise<Ref<Job>> {
    this.slowStop = true;
    const ref = this.ref(name);
    ref.tell({ type: 'passivate' });
    await this.heldUp();
    return ref;
  }

  heldUp(): Promise<void> {
    return eventually(() => this.gates.length > 0);
  }

  release(): void {
    for (const open of this.gates.splice(0)) open();
  }

  has(...entries: string[]): Promise<void> {
    return eventually(() => entries.every((entry) => this.log.includes(entry)));
  }

  get letters(): unknown[] {
    return this.test.deadLetters.map(({ path, message, reason }) => [path, message, reason]);
  }

  end(): Promise<void> {
    this.slowStop = false;
    this.release();
    return stopNow(this.test);
  }

  private held(): Promise<void> {
    return new Promise((resolve) => this.gates.push(resolve));
  }

  private child() {
    return (context: ActorContext<Job>) => {
      const self = `${context.name}${(this.lives += 1)}`;
      const record = (event: string) => void this.log.push(`${self} ${event}`);
      return {
        receive: (job: Job): void | Promise<void> => {
          switch (job.type) {
            case 'note':
              return record(job.text);
            case 'who':
              return job.replyTo.reply(self);
            case 'hold':
              return this.held();
            case 'keep':
              return record('keeps');
            case 'passivate':
              return record(`passivates: ${context.passivate()}`);
            case 'stop':
              return context.stop();
            case 'stash':
              return context.stash();
          }
        },
        postStop: async () => {
          if (this.slowStop) await this.held();
          record('postStop');
        },
      };
    };
  }
}
