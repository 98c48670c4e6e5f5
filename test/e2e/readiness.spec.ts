import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mongoose from 'mongoose';
import { EmbeddedMongo } from '@abaco/embedded';
import { eventually } from '../support/eventually.js';
import { RestServer } from './support/rest-server.js';

interface Host {
  readonly _id: string;
  readonly incarnation: string;
}

/** Longest until a heartbeat, which comes every 5 s, has seen it, milliseconds. */
const SEEN_WITHIN_MS = 25_000;

describe('what a server says of its health', () => {
  let directory: string;
  let store: EmbeddedMongo;
  let client: mongoose.mongo.MongoClient;
  let server: RestServer;

  const startStore = (): Promise<EmbeddedMongo> => EmbeddedMongo.start({ directory: join(directory, 'store') });

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'abaco-ready-'));
    store = await startStore();
    client = await mongoose.mongo.MongoClient.connect(store.uri('abaco'), { serverSelectionTimeoutMS: 2_000 });
    server = await RestServer.start('ready', { store: { mongo_uri: store.uri('abaco') } });
  }, 60_000);
  afterAll(async () => {
    await server.close();
    await client.close();
    await store.close();
    await rm(directory, { recursive: true, force: true });
  }, 60_000);

  const ready = () => server.call('GET', '/health/ready');
  const says = (message: string): Promise<unknown> =>
    eventually(message, async () => (await ready()).message === message, SEEN_WITHIN_MS);
  const alive = async (): Promise<number> => (await server.call('GET', '/health/live')).code;

  it('is that every part works', async () => {
    const { code, result } = await ready();
    const up = { status: 'up' };
    expect(code).toBe(200);
    expect(result['details']).toEqual({ store: up, broker: up, engine: up, disk: up, hierarchy: up, host: up });
  });

  it('is that its host is taken over by another process, and back when that has gone', async () => {
    const hosts = client.db().collection<Host>('hosts');
    const own = (await hosts.findOne({}))!;
    const lease = new Date(Date.now() + 3_600_000);
    await hosts.updateOne({ _id: own._id }, { $set: { incarnation: 'another', lease_expires: lease } });
    await says('Not ready: host.');
    expect(await alive()).toBe(200);
    await hosts.deleteOne({ _id: own._id });
    await says('The service is ready.');
  }, 60_000);

  it('is that the store is away, in time, and then the lease, and back', async () => {
    await store.close();
    const asked = performance.now();
    await says('Not ready: store.');
    expect(performance.now() - asked).toBeLessThan(10_000);
    await says('Not ready: store, host.');
    expect(await alive()).toBe(200);
    store = await startStore();
    await says('The service is ready.');
  }, 90_000);
});
