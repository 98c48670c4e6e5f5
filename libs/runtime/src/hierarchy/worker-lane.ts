import type { WorkerStatus } from '@abaco/contract';
import type { EngineImage, Sandbox } from '@abaco/engine';
import type { Delivery, MailboxConsumer } from '@abaco/mailbox';
import type { RequestedWorker, WorkerRecord } from '@abaco/store';
import { LaneClient } from '../clients/lane-client.js';
import { containerNetwork } from '../execution/container-network.js';
import { markReady } from '../events/mark-status.js';
import { mailboxName } from './mailbox-name.js';
import type { WorkerProps } from './worker-actor.js';
import { WorkerStatusReport } from './worker-status.js';

/** The actor already has as many workers as it may have. */
export class NoFreeSlot extends Error {}

/** The worker was told to stop while it was starting, or its record is gone. */
export class StartAbandoned extends Error {}

/** The worker got no OAuth client, however often it was tried (contract 7). */
export class NoClient extends Error {
  constructor(worker: string, cause: Error) {
    super(`Worker ${worker} got no OAuth client: ${cause.message}`, { cause });
  }
}

/** Longest wait for room on the host, milliseconds: as long as timers go. */
const WAIT_FOR_ROOM_MS = 2 ** 31 - 1;

/** The supervisor of the host answers at once, milliseconds. */
const HOST_DEADLINE_MS = 5_000;

/** What a started worker holds: its record, its room on the host, a sandbox, and a consumer on the actor's mailbox. */
export class Lane {
  readonly status: WorkerStatusReport;
  /** Milliseconds of the monotonic clock. */
  readonly openedAt = performance.now();

  constructor(
    private readonly props: WorkerProps,
    /** From 0, among the actor's workers. */
    readonly slot: number,
    /** What the actor's image stood for at the start: all executions of the worker run it. */
    readonly image: EngineImage,
    readonly sandbox: Sandbox,
    readonly consumer: MailboxConsumer,
    /** Where access tokens come from, for workers that have an OAuth client. */
    readonly client: LaneClient | undefined,
  ) {
    const { store, logger } = props.environment.services;
    this.status = new WorkerStatusReport(store, props.actor, props.worker, logger);
  }

  /** No further message comes. */
  async stopTaking(): Promise<void> {
    await Promise.all([this.status.shuttingDown(), this.consumer.close()]);
  }

  /** Gives everything back. `keepSandbox`: a container still runs in it and will be adopted. */
  async close({ keepSandbox }: { keepSandbox: boolean }): Promise<void> {
    if (!keepSandbox) await this.sandbox.close();
    await this.props.environment.services.images.release(this.image);
    await giveBack(this.props, this.client);
  }
}

/**
 * The steps from a request to a worker that can take messages, each shown in the worker's status (contract 1.3, 5.2).
 * Whatever fails or is abandoned leaves nothing behind.
 * @throws NoFreeSlot, and what engine, store and broker throw
 */
export async function startLane(
  props: WorkerProps,
  signal: AbortSignal,
  onDelivery: (delivery: Delivery) => void,
): Promise<Lane> {
  const { actor, worker, environment, pool } = props;
  const { store, engine, images, broker, config, hostId, instance, engineLocation } = environment.services;
  const step = async (status: WorkerStatus, fields: Partial<WorkerRecord> = {}): Promise<void> => {
    if (signal.aborted) throw new StartAbandoned();
    if (!(await store.workers.transition(actor._id, worker, status, fields))) throw new StartAbandoned();
  };
  /** Statuses on the way only inform: image, container engine and broker do not wait until they are written; the first message does. */
  let shown = Promise.resolve();
  const show = (status: WorkerStatus, fields: Partial<WorkerRecord> = {}): void => {
    shown = shown.then(() => step(status, fields));
    shown.catch(() => undefined); // whoever waits for READY hears of it
  };

  const requested = {
    tenant: actor.tenant,
    id: worker,
    actor_id: actor._id,
    revision: actor.revision,
    host_id: hostId,
    host_ip: config.spawner.host_ip,
  };

  const client = LaneClient.of(environment.services, environment.clients, actor, worker);
  let image: EngineImage | undefined;
  let sandbox: Sandbox | undefined;
  let consuming: Promise<MailboxConsumer> | undefined;
  try {
    const claimed = await claimSlot(props, requested);
    if (!claimed) throw new NoFreeSlot();
    const pressing = props.isPressing();
    await environment.host.ask<void>(
      (replyTo) => ({ type: 'reserve', worker, tenant: actor.tenant, actor, pool, pressing, replyTo }),
      { deadlineMs: WAIT_FOR_ROOM_MS, signal },
    );
    show('SPAWNER SETUP');
    show('PULLING IMAGE', { image: actor.image });
    image = await images.provide(actor.image, actor.tenant, signal);
    if (client) await clientFor(client, worker, signal);
    if (signal.aborted) throw new StartAbandoned();
    show('CREATING CONTAINER');
    sandbox = await engine.openSandbox({
      labels: { instance, tenant: actor.tenant, actor: actor._id, worker },
      network: containerNetwork(config, actor),
      image: actor.image,
    });
    const location = sandbox.location ?? engineLocation;
    show('UPDATING STORE', { cid: sandbox.id, location, ch_name: `worker_${worker}` });
    show('READY', { last_health_check_time: new Date() });
    consuming = broker.consume(mailboxName(actor._id), onDelivery);
    const [consumer] = await Promise.all([consuming, shown, markReady(environment.services, actor)]);
    if (signal.aborted) throw new StartAbandoned();
    return new Lane(props, claimed.slot, image, sandbox, consumer, client);
  } catch (error) {
    await shown.catch(() => undefined); // nothing is written of a worker that is gone
    const consumer = await consuming?.catch(() => undefined); // then there is none: its failure is thrown below, or another came first
    await consumer?.close();
    await sandbox?.close();
    if (image) await images.release(image);
    if (!(error instanceof NoFreeSlot)) await giveBack(props, client); // else it has neither record nor place
    throw error;
  }
}

async function clientFor(client: LaneClient, worker: string, signal: AbortSignal): Promise<void> {
  try {
    await client.create(signal);
  } catch (error) {
    throw signal.aborted ? new StartAbandoned() : new NoClient(worker, error as Error);
  }
}

/** With room here, a worker that only waits for room on another host gives its slot to this one. */
async function claimSlot(
  { actor, maxSlots, environment }: WorkerProps,
  requested: RequestedWorker,
): Promise<WorkerRecord | null> {
  const { workers } = environment.services.store;
  const claimed = await workers.claimSlot(requested, maxSlots);
  if (claimed) return claimed;
  const hasRoom = await environment.host.ask<boolean>(
    (replyTo) => ({ type: 'has-room', tenant: actor.tenant, replyTo }),
    { deadlineMs: HOST_DEADLINE_MS },
  );
  if (!hasRoom || !(await workers.takeRequestedElsewhere(actor._id, requested.host_id))) return null;
  return workers.claimSlot(requested, maxSlots);
}

async function giveBack({ actor, worker, environment }: WorkerProps, client: LaneClient | undefined): Promise<void> {
  const { store, logger } = environment.services;
  await client?.delete();
  await store.workers.delete(actor._id, worker).catch((error: unknown) => {
    // the next health check removes it; until then it occupies a slot
    logger.warn({ worker, err: error }, 'The record of a stopped worker could not be removed');
  });
  environment.host.tell({ type: 'release', worker }); // whoever counts records never sees more than there are places
}
