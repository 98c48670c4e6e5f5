import type { ActorContext, BehaviorObject, Ref } from '@abaco/actors';
import type { EventTarget } from '@abaco/store';
import { EventRelay } from '../events/event-relay.js';
import type { EventsDue } from '../events/events-due.js';
import { LANE_LEASE_MS, LaneDelivery } from '../events/lane-delivery.js';
import { linkDelivery } from '../events/link-delivery.js';
import { webhookDelivery } from '../events/webhook-delivery.js';
import type { RuntimeServices } from '../runtime-services.js';
import type { TenantsMessage } from './tenants-supervisor.js';

const targets = ['link', 'webhook'] as const;

export type EventsMessage =
  | { readonly type: 'due'; readonly events: EventsDue }
  | { readonly type: 'relayed'; readonly error?: Error }
  | { readonly type: 'look' }
  | { readonly type: 'sweep' }
  | { readonly type: 'delivered'; readonly target: EventTarget; readonly end: LaneEnd; readonly error?: Error };

/** `dueInMs`: when the lane that was delivered is due again; missing: it is done with. */
type LaneEnd = { readonly found: false } | { readonly found: true; readonly dueInMs: number | undefined };

/**
 * How often events and deliveries are looked for that are not of this process, or were left by an ended one, milliseconds. What this
 * process knows of is taken up at its time.
 */
const LOOK_EVERY_MS = 5_000;
/** Clocks of database and process are read in whole milliseconds. */
const ROUNDING_MS = 10;
/** Lanes of each kind that this host delivers at a time: slow webhooks do not hold up links. */
const LANES_AT_ONCE = { link: 16, webhook: 64 } as const;
/** Records whose events are turned into deliveries at a time. */
const RELAYS_AT_ONCE = 8;
/** Records that wait for that; a sweep finds those that are forgotten here. */
const MAX_DUE = 10_000;

/** `/system/events`: turns the events in records into deliveries, and delivers to linked actors and webhooks. */
export class EventsActor implements BehaviorObject<EventsMessage> {
  private readonly relay: EventRelay;
  private readonly deliveries: LaneDelivery;
  private readonly due: EventsDue[] = [];
  private relaying = false;
  private sweeping = false;
  private readonly lanes: Record<EventTarget, number> = { link: 0, webhook: 0 };
  private readonly running = new Set<Promise<unknown>>();
  private readonly unsubscribe: () => void;
  private readonly self: Ref<EventsMessage>;
  private readonly signal: AbortSignal;

  constructor(
    private readonly services: RuntimeServices,
    tenants: Ref<TenantsMessage>,
    private readonly context: ActorContext<EventsMessage>,
  ) {
    const { store, config } = services;
    this.relay = new EventRelay(store);
    this.deliveries = new LaneDelivery(
      store.events,
      { link: linkDelivery(tenants), webhook: webhookDelivery(config) },
      { maxAttempts: config.web.event_max_attempts, maxAgeMs: config.web.event_max_age * 1000 },
      services,
    );
    this.self = context.self;
    this.signal = context.signal;
    this.unsubscribe = services.eventsDue.subscribe((events) => this.self.tell({ type: 'due', events }));
    context.scheduleEvery(LOOK_EVERY_MS, { type: 'sweep' });
    this.self.tell({ type: 'sweep' });
  }

  receive = (message: EventsMessage): void => {
    switch (message.type) {
      case 'due':
        if (this.due.length < MAX_DUE) this.due.push(message.events);
        this.relayDue();
        break;
      case 'sweep':
        this.sweeping = true;
        this.relayDue();
        break;
      case 'relayed':
        this.relaying = false;
        if (message.error) this.warn(message.error, 'Events could not be read; they are looked for again');
        this.relayDue();
        this.deliver();
        break;
      case 'look':
        this.deliver();
        break;
      case 'delivered':
        this.lanes[message.target]--;
        if (message.error) this.warn(message.error, 'Deliveries of events were broken off; they go on later');
        this.onLaneEnded(message.end);
        break;
      default:
        message satisfies never;
    }
  };

  preRestart(): Promise<void> {
    return this.postStop();
  }

  /** Attempts are cut off, and their lanes given back for other hosts. */
  async postStop(): Promise<void> {
    this.unsubscribe();
    await Promise.allSettled(this.running);
  }

  private relayDue(): void {
    if (this.relaying || (this.due.length === 0 && !this.sweeping)) return;
    this.relaying = true;
    this.context.pipeToSelf(this.track(this.relayNext()), (outcome) =>
      outcome.ok ? { type: 'relayed' } : { type: 'relayed', error: outcome.error },
    );
  }

  private async relayNext(): Promise<void> {
    const next = this.due.splice(0, RELAYS_AT_ONCE);
    await Promise.all(next.map((events) => this.relay.relay(events)));
    if (!this.sweeping) return;
    this.sweeping = false;
    await this.relay.sweep();
  }

  /** Takes lanes as long as there are due ones and room for them. */
  private deliver(): void {
    for (const target of targets) {
      if (this.signal.aborted || this.lanes[target] >= LANES_AT_ONCE[target]) continue;
      this.lanes[target]++;
      this.context.pipeToSelf(this.track(this.deliverLane(target)), (outcome) =>
        outcome.ok
          ? { type: 'delivered', target, end: outcome.value }
          : { type: 'delivered', target, end: { found: false }, error: outcome.error },
      );
    }
  }

  private async deliverLane(target: EventTarget): Promise<LaneEnd> {
    const lane = await this.services.store.events.claimLane(target, this.services.hostId, LANE_LEASE_MS);
    if (!lane) return { found: false };
    this.self.tell({ type: 'look' }); // there may be more lanes beside this one
    return { found: true, dueInMs: await this.deliveries.run(lane, this.signal) };
  }

  private onLaneEnded(end: LaneEnd): void {
    if (!end.found) return;
    this.deliver(); // others may have waited for the room
    if (end.dueInMs !== undefined && end.dueInMs < LOOK_EVERY_MS) {
      this.context.schedule(end.dueInMs + ROUNDING_MS, { type: 'look' });
    }
  }

  private track<T>(promise: Promise<T>): Promise<T> {
    const ended = promise.finally(() => this.running.delete(ended));
    this.running.add(ended);
    return ended;
  }

  private warn(err: Error, text: string): void {
    this.services.logger.warn({ err }, text);
  }
}
