import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '../support/eventually.js';
import { SHELL_IMAGE } from '../support/images.js';
import { Cluster, type ClusterNode } from './support/cluster.js';
import { leftByActors } from './support/leftovers.js';
import { mailboxesOfRabbitMq } from './support/mailbox-names.js';
import { mostAtOnce } from './support/overlaps.js';

const ROOM = 2;
const MAX_WORKERS = 4;
const LOUD_ACTORS = 3;
/** Messages of the loud tenant that wait or run at a time. */
const LOUD_OPEN = 24;
const HOST_LEASE_MS = 15_000;
/** A message of the quiet tenant that waits for so long, milliseconds, waits for the other tenant. */
const KEPT_OUT_MS = 10_000;

interface StoredExecution {
  readonly _id: string;
  readonly id: string;
  readonly actor_id: string;
  readonly host_id: string;
  readonly tenant: string;
  readonly status: string;
  readonly message_received_time: Date;
  readonly start_time: Date | null;
  readonly finish_time: Date | null;
}

/** From its acceptance to the start of its container, milliseconds. */
const waited = ({ start_time, message_received_time }: StoredExecution): number =>
  start_time!.getTime() - message_received_time.getTime();

const median = (sorted: readonly number[]): number => sorted[Math.floor(sorted.length / 2)]!;

describe('a cluster of one API process and three hosts', () => {
  let cluster: Cluster;
  const actors: { tenant: string; id: string }[] = [];
  /** What a look at the worker records has found beyond the limits. */
  const exceeded = new Set<string>();
  let looking = true;
  let looks: Promise<void> = Promise.resolve();

  const call = async <T>(tenant: string, method: string, path: string, body?: object) => {
    const response = await fetch(cluster.api.server.url + path, {
      method,
      headers: { tenant, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    const { result, message } = (await response.json()) as { result: T; message: string };
    return { code: response.status, result, message };
  };
  const register = async (tenant: string, description: object): Promise<string> => {
    const { code, result, message } = await call<{ id: string }>(tenant, 'POST', '/actors', {
      image: SHELL_IMAGE,
      ...description,
    });
    if (code !== 200) throw new Error(`The actor was not registered: ${code} ${message}`);
    actors.push({ tenant, id: result.id });
    return result.id;
  };
  /** @returns the execution; undefined: it was not accepted, which faults may cause */
  const send = async (tenant: string, actor: string, message: string): Promise<string | undefined> => {
    try {
      const { code, result } = await call<{ execution_id: string }>(tenant, 'POST', `/actors/${actor}/messages`, {
        message,
      });
      if (code !== 200) return undefined;
      cluster.ledger.accept(result.execution_id);
      return result.execution_id;
    } catch {
      return undefined; // the API process is being replaced
    }
  };
  const records = (filter: object = {}): Promise<StoredExecution[]> =>
    cluster.database.collection<StoredExecution>('executions').find(filter).toArray();

  /** Sends one message after the other. @returns how long each waited for a worker, milliseconds, in order */
  const waitsOf = async (actor: string, messages: number): Promise<number[]> => {
    const waits: number[] = [];
    while (waits.length < messages) {
      const id = await send('QUIET', actor, 'true');
      if (id === undefined) {
        await delay(100);
        continue;
      }
      const ended = await eventually(
        'the message of the quiet tenant has run',
        async () => (await records({ id, status: 'COMPLETE' }))[0],
        60_000,
      );
      waits.push(waited(ended));
    }
    return waits.toSorted((a, b) => a - b);
  };

  const watchWorkers = async (): Promise<void> => {
    while (looking) {
      const placed = await cluster.database
        .collection('workers')
        .find({ status: { $ne: 'REQUESTED' } })
        .toArray();
      for (const [field, limit] of [
        ['host_id', ROOM],
        ['actor_id', MAX_WORKERS],
      ] as const) {
        const counts = new Map<string, number>();
        for (const worker of placed) counts.set(String(worker[field]), (counts.get(String(worker[field])) ?? 0) + 1);
        for (const [key, count] of counts) if (count > limit) exceeded.add(`${count} workers of ${key}`);
      }
      await delay(100);
    }
  };

  beforeAll(async () => {
    cluster = await Cluster.start(3, {
      'spawner.max_workers_per_host': String(ROOM),
      'workers.lease_seconds': '10',
      'workers.drain_seconds': '5',
    });
    looks = watchWorkers();
  }, 240_000);

  afterAll(async () => {
    looking = false;
    await looks.catch(() => undefined);
    await cluster?.stop();
  }, 60_000);

  const explained = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      const tail = (node: ClusterNode) =>
        `--- ${node.hostId}\n${node.log
          .split('\n')
          .filter((line) => !line.includes('Request answered'))
          .join('\n')
          .slice(-2_500)}`;
      throw new Error(`${(error as Error).message}\n${cluster.nodes.map(tail).join('\n')}`, { cause: error });
    }
  };

  it(
    'runs every accepted message once, within all limits, while hosts die, are cut off and are replaced under load',
    () =>
      explained(async () => {
        const quiet = await register('QUIET', { max_workers: 1 });
        await waitsOf(quiet, 2);
        const undisturbed = await waitsOf(quiet, 9);

        const loud: string[] = [];
        for (let actor = 0; actor < LOUD_ACTORS; actor++)
          loud.push(await register('LOUD', { max_workers: MAX_WORKERS }));
        let loading = true;
        const load = (async () => {
          for (let message = 0; loading; message++) {
            const open = await cluster.database.collection('executions').countDocuments({
              tenant: 'LOUD',
              status: { $in: ['SUBMITTED', 'RUNNING'] },
            });
            if (open >= LOUD_OPEN || (await send('LOUD', loud[message % LOUD_ACTORS]!, 'sleep 0.4')) === undefined) {
              await delay(50);
            }
          }
        })();
        const [dying, cut, other] = cluster.hosts as [ClusterNode, ClusterNode, ClusterNode];
        try {
          await eventually(
            'all hosts are full',
            async () =>
              (await cluster.database.collection('workers').countDocuments({ status: { $ne: 'REQUESTED' } })) >=
              3 * ROOM,
            60_000,
          );
          const loaded = await waitsOf(quiet, 9);
          const loudWaits = (await records({ tenant: 'LOUD', status: 'COMPLETE' }))
            .map(waited)
            .toSorted((x, y) => x - y);
          const [before, under, others] = [undisturbed, loaded, loudWaits].map(median) as [number, number, number];
          console.log(
            `The quiet tenant's messages begin after ${before} ms (median), under load ${under} ms, the loud one's ${others} ms`,
          );
          // What the engine needs to start a container on a loaded machine is in these figures and cannot be told apart: asserted is
          // only that the quiet tenant is not kept out.
          expect(loaded.at(-1)).toBeLessThan(KEPT_OUT_MS);

          await dying.kill();
          cut.cutOff();
          const started = performance.now();
          await cluster.rabbit.restart();
          await delay(Math.max(0, HOST_LEASE_MS + 4_000 - (performance.now() - started)));
          cut.heal();
          await dying.start();
          await cluster.api.replace();
          await other.replace();
          await cut.replace();
        } finally {
          loading = false;
          await load;
        }
        const final = await cluster.ledger.settled(120_000);
        expect(final.size).toBeGreaterThan(50);

        const all = await records();
        const intervals = (key: 'host_id' | 'actor_id', value: string) =>
          all
            .filter((record) => record[key] === value && record.start_time && record.finish_time)
            .map(({ start_time, finish_time }) => ({ from: start_time!.getTime(), to: finish_time!.getTime() }));
        for (const { hostId } of cluster.hosts) {
          const most = mostAtOnce(intervals('host_id', hostId));
          expect([hostId, most]).toEqual([hostId, Math.min(most, ROOM)]);
          expect(intervals('host_id', hostId).length).toBeGreaterThan(0);
        }
        for (const { tenant, id } of actors) {
          const most = mostAtOnce(intervals('actor_id', `${tenant}_${id}`));
          expect([id, most]).toEqual([id, Math.min(most, MAX_WORKERS)]);
        }
        expect([...exceeded]).toEqual([]);

        for (const { tenant, id } of actors) {
          const { code, message } = await call(tenant, 'DELETE', `/actors/${id}`);
          expect([code, message]).toEqual([200, expect.any(String)]);
        }
        for (const { hostId, directory } of cluster.hosts) {
          const places = {
            hostId,
            directory,
            database: cluster.database,
            mailboxes: () => mailboxesOfRabbitMq(cluster.rabbit.managementUri),
          };
          let left: string[] = [];
          await eventually(
            `nothing is left of ${hostId}`,
            async () => (left = await leftByActors(places)).length === 0,
            60_000,
          ).catch((cause: unknown) => {
            throw new Error(`Left over: ${left.join('; ')}`, { cause });
          });
        }
      }),
    300_000,
  );
});
