import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { Caller } from '@abaco/access';
import type { ActorId, ExecutionId, TenantId } from '@abaco/contract';
import { ActorCommands, ActorQueries, describeActor, functionImage } from '@abaco/runtime';
import type { Invoice, Order } from './invoices.js';
import type { LedgerState } from './ledger.js';

/** In whose name the shop uses the runtime. A shop with many owners has a tenant for each of them. */
const shop: Caller = { tenant: 'SHOP' as TenantId, user: 'shop', roles: [], apiServer: '' };

export interface OrderStatus {
  readonly order: string;
  readonly status: 'open' | 'invoiced' | 'refused';
  readonly log: string;
  readonly invoice?: Invoice;
}

/** Takes orders: each is a durable message, accepted once it is on disk, handled even if the process dies in between. */
@Injectable()
export class Orders implements OnApplicationBootstrap {
  private invoices: ActorId;
  private ledger: ActorId;
  private readonly written = new Map<ExecutionId, Invoice>();

  constructor(
    private readonly commands: ActorCommands,
    private readonly queries: ActorQueries,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.ledger = await this.actor('ledger');
    this.invoices = await this.actor('invoice', this.ledger);
  }

  /** @param key the same order sent twice with one key is handled once */
  async place(order: Order, key?: string): Promise<{ order: string }> {
    const { execution } = await this.commands.send(shop, this.invoices, {
      content: { kind: 'json', text: JSON.stringify(order) },
      contentType: 'application/json',
      environment: {},
      ...(key === undefined ? {} : { idempotencyKey: key }),
    });
    return { order: execution };
  }

  async status(order: ExecutionId): Promise<OrderStatus> {
    const { status, exit_code } = await this.queries.execution(shop, this.invoices, order);
    const { logs: log } = await this.queries.logs(shop, this.invoices, order);
    const isOpen = status === 'SUBMITTED' || status === 'RUNNING';
    const invoice = await this.invoiceOf(order);
    return {
      order,
      status: isOpen ? 'open' : exit_code === 0 ? 'invoiced' : 'refused',
      log,
      ...(invoice ? { invoice } : {}),
    };
  }

  /** Ids of the orders that the ledger has heard of. */
  async booked(): Promise<LedgerState> {
    return (await this.queries.actor(shop, this.ledger)).state as LedgerState;
  }

  /**
   * A result can be taken once, within 20 minutes: what was taken is kept here. A shop with a database of its own has the function
   * store the invoice there.
   */
  private async invoiceOf(order: ExecutionId): Promise<Invoice | undefined> {
    const known = this.written.get(order);
    if (known) return known;
    const result = await this.queries.nextResult(shop, this.invoices, order);
    if (result.length === 0) return undefined;
    const invoice = JSON.parse(result.toString()) as Invoice;
    this.written.set(order, invoice);
    return invoice;
  }

  /** Actors outlive the process: they are registered at the first start. */
  private async actor(name: string, link = ''): Promise<ActorId> {
    const known = (await this.queries.listActors(shop)).find((actor) => actor.name === name);
    const description = describeActor({ image: functionImage(name), name, stateless: false, link });
    return (known ?? (await this.commands.register(shop, description))).id;
  }
}
