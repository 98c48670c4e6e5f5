import type { Model } from 'mongoose';
import { newId, type ActorDbid, type HostId } from '@abaco/contract';
import { fromNow, leaseIsOver, literals } from './database-time.js';
import type { Database } from './database.js';
import type { DeliveryRecord, EventRecord, EventTarget, LaneRecord } from './event-record.js';
import { deliverySchema, laneSchema } from './event-schema.js';
import { isDuplicate } from './failures.js';
import { comesBefore, type PageRequest } from './page.js';

/** Deliveries of events, in lanes that one host holds at a time. Leases and waiting times are in database time. */
export class EventRepository {
  private readonly deliveries: Model<DeliveryRecord>;
  private readonly lanes: Model<LaneRecord>;

  constructor(private readonly database: Database) {
    this.deliveries = database.model('EventDelivery', deliverySchema);
    this.lanes = database.model('EventLane', laneSchema);
  }

  /** May be repeated: an event is delivered to a target once, also when its delivery is over already. */
  async add(event: EventRecord, target: EventTarget): Promise<void> {
    const _id = `${event._id}:${target}`;
    const lane = laneOf(event, target);
    const fields = { event, target, lane, status: 'WAITING', attempts: 0, last_error: null };
    const set = { ...literals({ ...fields, delivered_time: null, expires: null }), created: '$$NOW' };
    try {
      // an existing delivery does not match, and its id refuses a second one
      await this.database.run(() =>
        this.deliveries
          .updateOne({ _id, created: { $exists: false } }, [{ $set: set }], { upsert: true, updatePipeline: true })
          .exec(),
      );
    } catch (error) {
      if (!isDuplicate(error, '_id')) throw error;
    }
    await this.announce(lane, target);
  }

  /** The lane whose turn it is, with a lease; null when none is due. */
  claimLane(target: EventTarget, host: HostId, leaseMs: number): Promise<LaneRecord | null> {
    const due = { $lte: ['$next_try', '$$NOW'] };
    // $expr uses no index: this keeps the lanes out that wait for long, unless clocks differ by a minute
    const soon = { $lte: new Date(Date.now() + 60_000) };
    return this.database.run(() =>
      this.lanes
        .findOneAndUpdate(
          { target, next_try: soon, $expr: { $and: [due, leaseIsOver.$expr] } },
          [{ $set: { ...literals({ holder: newId(), host_id: host }), lease_expires: fromNow(leaseMs) } }],
          { sort: { next_try: 1 }, returnDocument: 'after', updatePipeline: true },
        )
        .lean<LaneRecord>()
        .exec(),
    );
  }

  /** @returns false when another host holds the lane now. */
  async renewLane({ _id, holder }: LaneRecord, leaseMs: number): Promise<boolean> {
    const { matchedCount } = await this.database.run(() =>
      this.lanes
        .updateOne({ _id, holder }, [{ $set: { lease_expires: fromNow(leaseMs) } }], { updatePipeline: true })
        .exec(),
    );
    return matchedCount === 1;
  }

  /** Gives a lane back that is not empty; its next delivery is due in `afterMs`. */
  async releaseLane({ _id, holder }: LaneRecord, afterMs: number): Promise<void> {
    const released = { ...literals(nobody), next_try: fromNow(afterMs) };
    await this.database.run(() =>
      this.lanes.updateOne({ _id, holder }, [{ $set: released }], { updatePipeline: true }).exec(),
    );
  }

  /** Gives an empty lane back. @returns false when something was added since it was claimed: it is due at once. */
  async closeLane(lane: LaneRecord): Promise<boolean> {
    const { _id, holder, version } = lane;
    const { deletedCount } = await this.database.run(() => this.lanes.deleteOne({ _id, holder, version }).exec());
    if (deletedCount === 1) return true;
    await this.releaseLane(lane, 0);
    return false;
  }

  /** The lanes that a host held when it died are due again without waiting for the end of their leases. */
  async releaseLanesOf(host: HostId): Promise<void> {
    await this.database.run(() => this.lanes.updateMany({ host_id: host }, { $set: nobody }).exec());
  }

  /** The oldest delivery of a lane that waits. */
  nextDelivery(lane: string): Promise<DeliveryRecord | null> {
    return this.database.run(() =>
      this.deliveries
        .findOne({ lane, status: 'WAITING' })
        .sort({ created: 1, 'event.time': 1 })
        .lean<DeliveryRecord>()
        .exec(),
    );
  }

  /** An attempt failed and there will be another. */
  async noteFailure(delivery: string, error: string): Promise<void> {
    await this.database.run(() =>
      this.deliveries
        .updateOne({ _id: delivery, status: 'WAITING' }, { $inc: { attempts: 1 }, $set: { last_error: error } })
        .exec(),
    );
  }

  /** The last attempt was made. @param keepMs how long its record stays, milliseconds */
  async end(delivery: string, error: string | null, keepMs: number): Promise<void> {
    const ended = {
      ...literals({ status: error === null ? 'DELIVERED' : 'FAILED' }),
      last_error: error === null ? '$last_error' : { $literal: error },
      attempts: { $add: ['$attempts', 1] },
      delivered_time: error === null ? '$$NOW' : null,
      expires: fromNow(keepMs),
    };
    await this.database.run(() =>
      this.deliveries
        .updateOne({ _id: delivery, status: 'WAITING' }, [{ $set: ended }], { updatePipeline: true })
        .exec(),
    );
  }

  /** Deliveries of an event, in no order. */
  listDeliveries(event: string): Promise<DeliveryRecord[]> {
    return this.database.run(() =>
      this.deliveries
        .find({ _id: { $in: [`${event}:link`, `${event}:webhook`] } })
        .lean<DeliveryRecord[]>()
        .exec(),
    );
  }

  /** Those of one actor, the newest first. @param page one more than it holds, when there are more */
  listOfActor(actor: ActorDbid, page: PageRequest): Promise<DeliveryRecord[]> {
    return this.database.run(() =>
      this.deliveries
        .find({ 'event.actor_id': actor, ...comesBefore('created', page.after) })
        .sort({ created: -1, _id: -1 })
        .limit(page.size + 1)
        .lean<DeliveryRecord[]>()
        .exec(),
    );
  }

  /** When the deliveries of an actor are due that are the next of their lanes: at most two. */
  async nextAttemptsOf(actor: ActorDbid): Promise<ReadonlyMap<string, Date>> {
    const ids = (['link', 'webhook'] as const).map((target) => laneOf({ actor_id: actor }, target));
    const lanes = await this.database.run(() =>
      this.lanes
        .find({ _id: { $in: ids } })
        .lean<LaneRecord[]>()
        .exec(),
    );
    const next = await Promise.all(
      lanes.map(async ({ _id, next_try }) => [(await this.nextDelivery(_id))?._id, next_try] as const),
    );
    return new Map(next.filter((entry): entry is [string, Date] => entry[0] !== undefined));
  }

  /** A lane that waits for its next try goes on waiting. */
  private async announce(lane: string, target: EventTarget): Promise<void> {
    const announced = {
      ...literals({ target, version: newId() }),
      next_try: { $ifNull: ['$next_try', '$$NOW'] },
      holder: { $ifNull: ['$holder', null] },
      host_id: { $ifNull: ['$host_id', null] },
      lease_expires: { $ifNull: ['$lease_expires', null] },
    };
    await this.database.run(() =>
      this.lanes.updateOne({ _id: lane }, [{ $set: announced }], { upsert: true, updatePipeline: true }).exec(),
    );
  }
}

const nobody = { holder: null, host_id: null, lease_expires: null } as const;

/** Events of one actor reach its link in order, and its webhook in order; neither waits for the other. */
const laneOf = ({ actor_id }: Pick<EventRecord, 'actor_id'>, target: EventTarget): string => `${actor_id}:${target}`;
