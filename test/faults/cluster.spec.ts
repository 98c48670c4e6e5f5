import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '../support/eventually.js';
import { median } from '../support/median.js';
import { Cluster, type ClusterNode } from './support/cluster.js';
import { ClusterUsers } from './support/cluster-users.js';
import { Flood } from './support/flood.js';
import { leftByActors, nothingLeft } from './support/leftovers.js';
import { mailboxesOfRabbitMq } from './support/mailbox-names.js';
import { mostAtOnce } from './support/overlaps.js';
import { Latencies, QuietTenant } from './support/quiet-tenant.js';

const ROOM = 3;
/** Of each host: no tenant that has a worker on it may take these places. */
const HEADROOM = 1;
const MAX_WORKERS = 4;
const LOUD_ACTORS = 3;
/** Messages of the loud tenant that wait or run at a time. */
const LOUD_OPEN = 24;
const HOST_LEASE_MS = 15_000;

/** How much longer the quiet tenant's messages may take beside the loud tenant than without it, from acceptance to the end. */
const TOLERANCE = 1.2;
/** So often both conditions are measured, in turn. */
const PAIRS = 6;
/** Where the medians of all that was measured differ by more, so many pairs are measured in all, and all of them count. */
const MOST_PAIRS = 16;
/** No further pair is begun after this, milliseconds. */
const PAIRS_WITHIN_MS = 300_000;
/** The first worker of the quiet tenant on a full cluster, milliseconds: nothing that others run ends meanwhile. */
const FIRST_WITHIN_MS = 10_000;

describe('a cluster of one API process and three hosts', () => {
  let cluster: Cluster;
  let users: ClusterUsers;
  /** What a look at the worker records has found beyond the limits. */
  const exceeded = new Set<string>();
  let looking = true;
  let looks: Promise<void> = Promise.resolve();

  const watchWorkers = async (): Promise<void> => {
    while (looking) {
      const started = await cluster.database
        .collection('workers')
        .find({ status: { $ne: 'REQUESTED' } })
        .toArray();
      // one whose actor is deleted while it waits for a place never has one
      const placed = started.filter(({ status, image }) => status !== 'SHUTDOWN_REQUESTED' || image);
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
      'spawner.headroom': String(HEADROOM),
      'workers.init_count': '0',
      'workers.lease_seconds': '10',
      'workers.drain_seconds': '5',
    });
    users = new ClusterUsers(cluster);
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
    'runs the messages of a quiet tenant as soon beside the flood of a loud one as without it',
    () =>
      explained(async () => {
        const flood = await Flood.prepare(users, 'LOUD', MAX_WORKERS);
        const quiet = new QuietTenant(users, 'QUIET');
        const [alone, beside] = [new Latencies(), new Latencies()];
        const ratio = () => median(beside.ends) / median(alone.ends);
        await quiet.measure(new Latencies()); // the first ones load code
        const begun = performance.now();
        for (let pair = 1; pair <= PAIRS || (ratio() > TOLERANCE && pair <= MOST_PAIRS); pair++) {
          await quiet.measure(alone);
          await flood.begin(cluster.hosts.length * (ROOM - HEADROOM));
          const held = (await flood.running()).map(({ id }) => id).sort();
          await quiet.measure(beside);
          expect((await flood.running()).map(({ id }) => id).sort()).toEqual(held);
          await flood.end();
          if (performance.now() - begun > PAIRS_WITHIN_MS) break;
        }
        console.log(`A message of the quiet tenant takes ${alone.toString()}; beside a flood ${beside.toString()}`);
        expect(Math.max(...alone.firsts, ...beside.firsts)).toBeLessThan(FIRST_WITHIN_MS);
        expect(ratio()).toBeLessThanOrEqual(TOLERANCE);
        for (const id of [...users.actors.keys()]) await users.delete(id);
      }),
    480_000,
  );

  it(
    'runs every accepted message once, within all limits, while hosts die, are cut off and are replaced under load',
    () =>
      explained(async () => {
        const begun = new Date();
        const quiet = await users.register('QUIET', { max_workers: 1 });
        const loud: string[] = [];
        for (let actor = 0; actor < LOUD_ACTORS; actor++) {
          loud.push(await users.register('LOUD', { max_workers: MAX_WORKERS }));
        }
        let loading = true;
        const load = (async () => {
          for (let message = 0; loading; message++) {
            const open = await cluster.database.collection('executions').countDocuments({
              tenant: 'LOUD',
              status: { $in: ['SUBMITTED', 'RUNNING'] },
            });
            const actor = loud[message % LOUD_ACTORS]!;
            if (open >= LOUD_OPEN || (await users.send(actor, 'sleep 0.4')) === undefined) await delay(50);
          }
        })();
        const [dying, cut, other] = cluster.hosts as [ClusterNode, ClusterNode, ClusterNode];
        try {
          await eventually(
            'the loud tenant has all its places',
            async () =>
              (await cluster.database.collection('workers').countDocuments({ status: { $ne: 'REQUESTED' } })) >=
              3 * (ROOM - HEADROOM),
            60_000,
          );
          await users.waitOf(quiet);
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
          await dying.replace();
          await users.waitOf(quiet);
        } finally {
          loading = false;
          await load;
        }
        await cluster.ledger.settled(120_000);
        const all = await users.records();
        const underLoad = all.filter(({ message_received_time }) => message_received_time >= begun);
        expect(underLoad.length).toBeGreaterThan(50);
        // what was refused is on record, too
        const accepted = underLoad.filter(({ id }) => cluster.ledger.has(id));
        expect(accepted.filter(({ status }) => status !== 'COMPLETE')).toEqual([]);

        const intervals = (key: 'host_id' | 'actor_id', value: string) =>
          all
            .filter((record) => record[key] === value && record.start_time && record.finish_time)
            .map(({ start_time, finish_time }) => ({ from: start_time!.getTime(), to: finish_time!.getTime() }));
        for (const { hostId } of cluster.hosts) {
          const most = mostAtOnce(intervals('host_id', hostId));
          expect([hostId, most]).toEqual([hostId, Math.min(most, ROOM)]);
          expect(intervals('host_id', hostId).length).toBeGreaterThan(0);
        }
        for (const { tenant, id } of users.actors.values()) {
          const most = mostAtOnce(intervals('actor_id', `${tenant}_${id}`));
          expect([id, most]).toEqual([id, Math.min(most, MAX_WORKERS)]);
        }
        expect([...exceeded]).toEqual([]);

        for (const id of [...users.actors.keys()]) await users.delete(id);
        for (const { hostId, directory } of cluster.hosts) {
          const places = {
            hostId,
            directory,
            database: cluster.database,
            mailboxes: () => mailboxesOfRabbitMq(cluster.rabbit.managementUri),
          };
          await nothingLeft(() => leftByActors(places));
        }
      }),
    480_000,
  );
});
