import { jest } from '@jest/globals';
import type { HostId } from '@abaco/contract';
import { StoredDocument } from '@abaco/embedded';
import { Store } from '@abaco/store';
import { actorRecord, executionRecord, type TestDatabase, testDatabases } from './store-fixtures.js';

const host = 'idle-host' as HostId;

/** Everything that a server reads again and again without being asked. */
const looks: Readonly<Record<string, (store: Store) => Promise<unknown>>> = {
  'actors with work': ({ executions }) => executions.actorsWithDue(15_000),
  'unfinished deletions': ({ actors }) => actors.listShuttingDown(),
  'due schedules': ({ actors }) => actors.cron.listDue(new Date()),
  'actors in ERROR to try again': ({ actors }) => actors.faults.listDue(new Date(), ['default'], 20),
  'actors whose workers are kept warm': ({ actors }) => actors.listKeptWarm([]),
  'events of actors': ({ actors }) => actors.events.listRecords(500),
  'events of executions': ({ executions }) => executions.events.listRecords(500),
  'lanes of links': ({ events }) => events.claimLane('link', host, 1_000),
  'lanes of webhooks': ({ events }) => events.claimLane('webhook', host, 1_000),
  'expired dead letters': ({ executions }) => executions.deadLetters.listExpired(new Date(), 500),
  'hosts with workers': ({ workers }) => workers.hosts(),
  'workers to stop': ({ workers }) => workers.listStopping(host),
  'workers elsewhere': ({ workers }) => workers.countElsewhere(host),
  'executions to halt': ({ executions }) => executions.listHalting(host),
  'message bodies': ({ bodies }) => bodies.list(undefined, 500),
  'waiting messages, for metrics': ({ executions }) => executions.figures.waitingByActor(),
  'workers, for metrics': ({ workers }) => workers.countByActor(),
};

// the embedded database runs in this process, where its reading can be watched
describe('a store with actors that have nothing to do', () => {
  const examined = jest.spyOn(StoredDocument.prototype, 'doc', 'get');
  let database: TestDatabase;
  let store: Store;

  beforeAll(async () => {
    database = await testDatabases[0]!.start();
    store = await Store.connect(database.uri);
    for (let actor = 0; actor < 50; actor++) {
      const record = actorRecord();
      await store.actors.insert(record);
      await store.executions.insert(executionRecord(record._id, { status: 'COMPLETE' }));
    }
  });
  afterAll(async () => {
    examined.mockRestore();
    await store.close();
    await database.stop();
  });

  it.each(Object.keys(looks))('is not searched for %s: indexes tell that there are none', async (what) => {
    examined.mockClear();
    await looks[what]!(store);
    expect(examined).toHaveBeenCalledTimes(0);
  });

  it('is searched for what no index tells, and these tests would see it', async () => {
    examined.mockClear();
    await store.executions.figures.totalsByActor();
    expect(examined.mock.calls.length).toBeGreaterThanOrEqual(50);
  });
});
