import type { ActorDbid } from '@abaco/contract';
import type { RuntimeServices } from '../runtime-services.js';
import { mailboxName } from './mailbox-name.js';

const BATCH = 100;
/** Shortest time to the next look, milliseconds. */
const SHORTEST_MS = 50;
/** Time to the next look while the broker is away, milliseconds. */
const BROKER_AWAY_MS = 1_000;

/** What has become of the executions of an actor that pause before their next attempt. */
export interface OfferedRetries {
  /** Messages that were published again. */
  readonly offered: number;
  /** Milliseconds to the end of the next pause; undefined: none pauses. */
  readonly nextMs: number | undefined;
}

/** Publishes again the messages of executions whose pause is over; of several hosts one does it. */
export async function offerRetries({ store, broker }: RuntimeServices, actor: ActorDbid): Promise<OfferedRetries> {
  const { retries } = store.executions;
  const away = broker.state !== 'connected';
  await retries.shortenOverlong(actor);
  const due = away ? [] : await retries.offerDue(actor, BATCH);
  // one that gets lost here is found like every other message that no queue holds
  for (const id of due) await broker.publish(mailboxName(actor), { id, body: Buffer.alloc(0) });
  const left = await retries.untilNextDue(actor);
  const nextMs = left === null ? undefined : Math.max(left, away ? BROKER_AWAY_MS : SHORTEST_MS);
  return { offered: due.length, nextMs };
}
