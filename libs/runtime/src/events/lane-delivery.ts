import type { DeliveryRecord, EventRecord, EventRepository, EventTarget, LaneRecord } from '@abaco/store';
import type { RuntimeServices } from '../runtime-services.js';
import type { DeliveryOutcome } from './delivery-outcome.js';
import { retryDelay } from './retry-delay.js';

/** Deliveries of one lane before others have their turn. */
const BATCH = 20;
/** How long the record of a delivery stays after its end, milliseconds. */
const KEEP_MS = 7 * 24 * 3_600_000;
/** How long a host may be silent before another one delivers, milliseconds: longer than any attempt. */
export const LANE_LEASE_MS = 60_000;

/** One attempt for one kind of target. Never throws. */
export type Deliver = (event: EventRecord, signal: AbortSignal) => Promise<DeliveryOutcome>;

export interface DeliveryLimits {
  readonly maxAttempts: number;
  /** Milliseconds since the event. */
  readonly maxAgeMs: number;
}

/**
 * Delivers what waits in a lane, in order: a delivery that failed holds up those behind it until it succeeds or is given up. At
 * least once: when a host dies after an attempt, the next one repeats it.
 */
export class LaneDelivery {
  constructor(
    private readonly events: EventRepository,
    private readonly deliver: Readonly<Record<EventTarget, Deliver>>,
    private readonly limits: DeliveryLimits,
    private readonly services: Pick<RuntimeServices, 'logger' | 'telemetry'>,
  ) {}

  /**
   * @param lane claimed; given back at the end
   * @returns milliseconds until the lane is due again; undefined when it is empty, or in other hands
   * @throws StoreUnavailable: the lane is then due when its lease is over
   */
  async run(lane: LaneRecord, signal: AbortSignal): Promise<number | undefined> {
    for (let done = 0; done < BATCH && !signal.aborted; done++) {
      const next = await this.events.nextDelivery(lane._id);
      if (!next) return (await this.events.closeLane(lane)) ? undefined : 0;
      const outcome = await this.deliver[lane.target](next.event, signal);
      if (outcome.kind !== 'delivered' && signal.aborted) break; // the attempt was cut off and does not count
      if (!(await this.record(next, outcome))) {
        const backoff = retryDelay(next.attempts + 1);
        const asked = outcome.kind === 'failed' ? (outcome.afterMs ?? 0) : 0;
        return this.release(lane, Math.max(backoff, asked));
      }
      if (!(await this.events.renewLane(lane, LANE_LEASE_MS))) return undefined;
    }
    return this.release(lane, 0);
  }

  private async release(lane: LaneRecord, afterMs: number): Promise<number> {
    await this.events.releaseLane(lane, afterMs);
    return afterMs;
  }

  /** @returns whether the delivery is over */
  private async record(delivery: DeliveryRecord, outcome: DeliveryOutcome): Promise<boolean> {
    const { _id, event, target } = delivery;
    const { logger, telemetry } = this.services;
    const attempts = delivery.attempts + 1;
    const about = { actor: event.actor_id, event: event._id, type: event.type, target, attempts };
    if (outcome.kind === 'delivered') {
      await this.events.end(_id, null, KEEP_MS);
      telemetry.deliveryAttempted?.(target, 'delivered');
      logger.info(about, 'An event was delivered');
      return true;
    }
    const { reason } = outcome;
    const tooOld = Date.now() - event.time.getTime() > this.limits.maxAgeMs;
    if (outcome.kind === 'refused' || attempts >= this.limits.maxAttempts || tooOld) {
      await this.events.end(_id, reason, KEEP_MS);
      telemetry.deliveryAttempted?.(target, 'given up');
      logger.warn({ ...about, reason }, 'An event could not be delivered and is given up');
      return true;
    }
    await this.events.noteFailure(_id, reason);
    telemetry.deliveryAttempted?.(target, 'retried');
    logger.info({ ...about, reason }, 'An event could not be delivered and is tried again');
    return false;
  }
}
