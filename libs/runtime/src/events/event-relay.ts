import type { ActorDbid, ExecutionDbid } from '@abaco/contract';
import type { PendingEvents, Store } from '@abaco/store';
import type { EventsDue } from './events-due.js';

/** Records that one sweep takes up at most, of each kind. */
const SWEEP_LIMIT = 500;

/** Makes deliveries of the events that lie in records. Every step may be repeated, also by several hosts at once. */
export class EventRelay {
  constructor(private readonly store: Pick<Store, 'actors' | 'executions' | 'events'>) {}

  /** The events of the actor itself first: it was READY before its executions were complete. */
  async relay({ actor, execution }: EventsDue): Promise<void> {
    await this.move(this.store.actors.events, actor);
    if (execution !== undefined) await this.move(this.store.executions.events, execution);
  }

  /**
   * Those that a process left behind when it ended.
   * @returns how many records had any
   * @throws the first error, when all have been tried
   */
  async sweep(): Promise<number> {
    const { actors, executions } = this.store;
    const left: EventsDue[] = [
      ...(await actors.events.listRecords(SWEEP_LIMIT)).map((actor) => ({ actor })),
      ...(await executions.events.listRecords(SWEEP_LIMIT)).map((execution) => ({
        actor: actorOf(execution),
        execution,
      })),
    ];
    let failure: Error | undefined;
    for (const due of left) await this.relay(due).catch((error: unknown) => (failure ??= error as Error));
    if (failure) throw failure;
    return left.length;
  }

  private async move<Id extends string>(events: PendingEvents<Id>, record: Id): Promise<void> {
    for (const event of await events.list(record)) {
      if (event.link !== '') await this.store.events.add(event, 'link');
      if (event.webhook !== '') await this.store.events.add(event, 'webhook');
      await events.remove(record, event._id);
    }
  }
}

const actorOf = (execution: ExecutionDbid): ActorDbid => execution.slice(0, execution.lastIndexOf('_')) as ActorDbid;
