import type { ActorContext } from '@abaco/actors';
import type { RuntimeServices } from '../runtime-services.js';
import type { ActorWorkers } from './actor-workers.js';
import type { KnownActor } from './known-actor.js';
import type { MailboxMessage, SeenInStore } from './mailbox-protocol.js';
import type { MessageIntake } from './message-intake.js';
import { publishDue } from './publish-due.js';

/** One that is asked for while another goes on comes this much later, milliseconds. */
const LOOK_SOON_MS = 200;

/**
 * Compares a mailbox with the store: learns what other processes have done to the actor, puts the backlog right, and publishes again
 * what no queue holds. Belongs to one mailbox, which hears of the end: `tick-done`.
 */
export class StoreComparison {
  private underWay = false;

  constructor(
    private readonly actor: KnownActor,
    private readonly services: RuntimeServices,
    private readonly workers: ActorWorkers,
    private readonly intake: MessageIntake,
    private readonly context: Pick<ActorContext<MailboxMessage>, 'pipeToSelf' | 'schedule'>,
  ) {}

  /** Unless one is under way. */
  start(): void {
    if (this.underWay) return;
    this.underWay = true;
    const { backlog } = this.workers;
    const queueIsEmpty = this.workers.provesEmptyQueue(performance.now());
    this.context.pipeToSelf(this.compare(queueIsEmpty), (outcome) =>
      outcome.ok
        ? { type: 'tick-done', seen: outcome.value }
        : // store or broker are away: what is known stays as it is until the next tick
          { type: 'tick-done', seen: { waiting: backlog.waiting, due: 0 } },
    );
  }

  /** One that sees what has happened until now. */
  startAnew(): void {
    if (this.underWay) this.context.schedule(LOOK_SOON_MS, { type: 'look' }, 'look');
    else this.start();
  }

  onDone(): void {
    this.underWay = false;
  }

  private async compare(queueIsEmpty: boolean): Promise<SeenInStore> {
    const { store } = this.services;
    const { workers } = this;
    const { _id: id } = this.actor.record;
    const record = await store.actors.find(id);
    if (record && record.status !== 'SHUTTING_DOWN') workers.follow(record);
    else await this.onDeletedElsewhere();
    // of a deleted actor nothing is offered again: that would make its queue anew
    const due = await publishDue(this.services, id, { queueIsEmpty: queueIsEmpty && !this.actor.isDeleted });
    const waiting = due === 0 && workers.backlog.waiting === 0 ? 0 : await store.executions.figures.countSubmitted(id);
    return { waiting, due, ...(await workers.look(due)) };
  }

  /**
   * What was accepted here before this process learnt it never runs; neither does a worker that was asked for too late to be told. A health
   * check of any host would end what waits, too, some seconds later, and does when this process dies before.
   */
  private async onDeletedElsewhere(): Promise<void> {
    if (!this.actor.isDeleted) this.workers.end();
    this.actor.delete();
    await this.intake.settled();
    await this.services.store.executions.waiting.abandonAll(this.actor.record._id, 'The actor was deleted.');
  }
}
