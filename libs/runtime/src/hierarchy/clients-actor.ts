import type { ActorContext, BehaviorObject, ReplyTo } from '@abaco/actors';
import type { WorkerId } from '@abaco/contract';
import { deleteAbandonedClients, deleteStrayClients } from '../clients/client-sweep.js';
import { WorkerClients, type ClientOwner } from '../clients/worker-clients.js';
import type { RuntimeServices } from '../runtime-services.js';
import { InFlight } from './in-flight.js';

export type ClientsMessage =
  | { readonly type: 'new'; readonly owner: ClientOwner; readonly replyTo: ReplyTo<void> }
  /** Answered with an access token. */
  | { readonly type: 'refresh'; readonly owner: ClientOwner; readonly replyTo: ReplyTo<string> }
  | { readonly type: 'delete'; readonly owner: ClientOwner; readonly replyTo: ReplyTo<void> }
  | { readonly type: 'sweep' }
  | { readonly type: 'swept'; readonly error?: Error };

/** How often clients are looked for whose worker is gone, milliseconds. */
const SWEEP_EVERY_MS = 60_000;

/**
 * `/system/clients`: OAuth clients of workers (contract 7). What concerns one worker is done in the order in which it was asked for,
 * different workers go side by side.
 */
export class ClientsActor implements BehaviorObject<ClientsMessage> {
  private readonly clients: WorkerClients;
  private readonly inFlight = new InFlight();
  /** What each worker's next request waits for. */
  private readonly last = new Map<WorkerId, Promise<unknown>>();
  private sweeping = false;

  constructor(
    private readonly services: RuntimeServices,
    private readonly context: ActorContext<ClientsMessage>,
  ) {
    this.clients = new WorkerClients(services);
    context.scheduleEvery(SWEEP_EVERY_MS, { type: 'sweep' });
    context.self.tell({ type: 'sweep' });
  }

  receive = (message: ClientsMessage): void => {
    switch (message.type) {
      case 'new':
        this.after(message.owner, () => this.clients.create(message.owner), message.replyTo);
        break;
      case 'refresh':
        this.after(message.owner, () => this.clients.refresh(message.owner), message.replyTo);
        break;
      case 'delete':
        this.after(message.owner, () => this.clients.delete(message.owner), message.replyTo);
        break;
      case 'sweep':
        if (this.sweeping) return;
        this.sweeping = true;
        this.context.pipeToSelf(this.sweep(), (outcome) =>
          outcome.ok ? { type: 'swept' } : { type: 'swept', error: outcome.error },
        );
        break;
      case 'swept':
        this.sweeping = false;
        if (message.error) {
          this.services.logger.warn(
            { err: message.error },
            'OAuth clients could not be looked through; it is tried again',
          );
        }
        break;
      default:
        message satisfies never;
    }
  };

  async postStop(): Promise<void> {
    await this.inFlight.settled();
  }

  private after<T>({ worker }: ClientOwner, work: () => Promise<T>, replyTo: ReplyTo<T>): void {
    const done = (this.last.get(worker) ?? Promise.resolve()).then(work, work);
    this.last.set(worker, done);
    const forget = (): void => {
      if (this.last.get(worker) === done) this.last.delete(worker);
    };
    this.inFlight.track(done, replyTo, { success: forget, failure: forget });
  }

  private async sweep(): Promise<void> {
    const abandoned = await deleteAbandonedClients(this.services, this.clients);
    const stray = await deleteStrayClients(this.services);
    if (abandoned + stray > 0)
      this.services.logger.info({ abandoned, stray }, 'Deleted OAuth clients without a worker');
  }
}
