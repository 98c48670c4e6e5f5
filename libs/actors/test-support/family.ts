import {
  type ActorContext,
  type ActorSnapshot,
  type BehaviorFactory,
  type Ref,
  type SupervisionStrategy,
  createTestSystem,
  eventually,
} from '../src/index.js';
import { stopNow } from './stop-now.js';

/** A member that holds waits for `Family.release`. */
export type Command = 'fail' | 'hold' | 'hold and fail' | 'ping';
export type Task = (context: ActorContext<Task>) => void;
export interface Sibling {
  readonly supervision?: SupervisionStrategy;
  readonly factory?: BehaviorFactory<Command>;
}

/** A parent whose children record their lives. */
export class Family {
  readonly test = createTestSystem();
  readonly parent: Ref<Task>;
  parentStarts = 0;
  private readonly log: { readonly name: string; readonly event: string }[] = [];
  private readonly refs = new Map<string, Ref<Command>>();
  private readonly gates = new Map<string, () => void>();

  constructor(members: Record<string, Sibling>) {
    this.parent = this.test.system.spawn<Task>(
      'parent',
      (context) => {
        this.parentStarts += 1;
        for (const [name, sibling] of Object.entries(members)) this.add(context, name, sibling);
        return (task) => task(context);
      },
      { supervision: { backoff: { minMs: 0 } } },
    );
  }

  /** Makes a behavior that does as it is told, and records that and its hooks. */
  readonly member: BehaviorFactory<Command> = ({ name }) => {
    const record = (event: string) => void this.log.push({ name, event });
    record('start');
    return {
      receive: async (command) => {
        if (command.startsWith('hold')) await this.held(name);
        if (command.endsWith('fail')) throw new Error(`${name} failed`);
        record(command);
      },
      preRestart: (reason) => record(`preRestart: ${reason.message}`),
      postStop: () => record('postStop'),
    };
  };

  add(context: ActorContext<Task>, name: string, { factory = this.member, supervision = {} }: Sibling): void {
    this.refs.set(name, context.spawn(name, factory, { supervision }));
  }

  stopMember(name: string): void {
    this.parent.tell((context) => context.stop(this.refs.get(name)));
  }

  tell(name: string, command: Command): void {
    this.refs.get(name)?.tell(command);
  }

  /** Waits until `release`. */
  held(name: string): Promise<void> {
    return new Promise((resolve) => this.gates.set(name, resolve));
  }

  isHeld(name: string): Promise<void> {
    return eventually(() => this.gates.has(name));
  }

  release(name: string): void {
    this.gates.get(name)?.();
    this.gates.delete(name);
  }

  /** What has happened to one member, oldest first. */
  events(name: string): string[] {
    return this.log.filter((entry) => entry.name === name).map(({ event }) => event);
  }

  get allEvents(): string[] {
    return this.log.map(({ name, event }) => `${name} ${event}`);
  }

  /** Waits until this has happened so many times. */
  happens(name: string, event: string, times = 1): Promise<void> {
    return eventually(() => this.events(name).filter((each) => each === event).length === times);
  }

  snapshot(name: string): ActorSnapshot | undefined {
    return this.test.system.snapshot().find(({ path }) => path === `/system/parent/${name}`);
  }

  /** Waits until the member is in this state, or gone. */
  is(name: string, status: ActorSnapshot['status'] | 'gone'): Promise<void> {
    return eventually(() => (this.snapshot(name)?.status ?? 'gone') === status);
  }

  restarts(...names: string[]): unknown[] {
    return names.map((name) => this.snapshot(name)?.restarts);
  }

  async end(): Promise<void> {
    for (const open of this.gates.values()) open();
    await stopNow(this.test);
  }
}
