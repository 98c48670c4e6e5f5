import mongoose from 'mongoose';
import type { Caller } from '@abaco/access';
import { actorDbid, newId, newNonceId, type ActorId } from '@abaco/contract';
import {
  NonceNotFound,
  NonceRefused,
  Nonces,
  NonceVault,
  rotate,
  sealedNonces,
  NOTHING_ROTATED,
  silentLogger,
} from '@abaco/runtime';
import { Secrets } from '@abaco/secrets';
import { type NonceRecord, Store } from '@abaco/store';
import { tenant, type TestDatabase, testDatabases } from './store-fixtures.js';

const [K1, K2] = [1, 2].map((byte) => `k${byte}=${Buffer.alloc(32, byte).toString('base64')}`) as [string, string];
const withKeys = (...keys: string[]): Secrets => Secrets.open({ keys, fernetKey: '' });
const caller = { tenant, user: 'jdoe', roles: ['Internal/everyone'], apiServer: 'https://api.example.org' } as Caller;

describe.each(testDatabases)('nonces at rest in $name', ({ start }) => {
  let database: TestDatabase;
  let store: Store;
  let client: mongoose.mongo.MongoClient;
  let target: { tenant: typeof tenant; actor: ActorId };

  beforeAll(async () => {
    database = await start();
    store = await Store.connect(database.uri);
    client = await mongoose.mongo.MongoClient.connect(database.uri);
  });
  afterAll(async () => {
    await client.close();
    await store.close();
    await database.stop();
  });
  beforeEach(async () => {
    await client.db().collection('nonces').deleteMany({});
    target = { tenant, actor: newId() };
  });

  const nonces = (secrets: Secrets) => new Nonces({ store, secrets, logger: silentLogger } as never);
  const vault = (secrets: Secrets) => new NonceVault({ store, secrets, logger: silentLogger });
  const stored = async (): Promise<string> => JSON.stringify(await client.db().collection('nonces').find().toArray());
  const limited = { level: 'EXECUTE', max_uses: 2, description: 'ci' } as const;
  const plain = (): NonceRecord => ({
    ...limited,
    _id: newNonceId(tenant),
    tenant,
    target: actorDbid(tenant, target.actor),
    alias: null,
    owner: 'jdoe',
    roles: [],
    api_server: '',
    current_uses: 1,
    remaining_uses: 1,
    create_time: new Date(),
    last_use_time: null,
  });

  it('cannot be read from the store, are shown, work and are counted', async () => {
    const service = nonces(withKeys(K1));
    const { _id: nonce } = await service.create(caller, target, limited);
    expect(await stored()).not.toContain(nonce.slice(tenant.length + 1));
    expect((await service.list(target)).map(({ _id }) => _id)).toEqual([nonce]);
    expect(await service.redeem(nonce, target, 'READ')).toMatchObject({ user: 'jdoe', limit: 'EXECUTE' });
    expect(await service.find(target, nonce)).toMatchObject({ _id: nonce, current_uses: 1, remaining_uses: 1 });
    await service.redeem(nonce, target, 'EXECUTE');
    await expect(service.redeem(nonce, target, 'READ')).rejects.toThrow(NonceRefused);
    await service.delete(target, nonce);
    await expect(service.find(target, nonce)).rejects.toThrow(NonceNotFound);
  });

  it('cannot be used by what the store holds', async () => {
    const service = nonces(withKeys(K1));
    await service.create(caller, target, limited);
    const [record] = await store.nonces.list(actorDbid(tenant, target.actor));
    for (const text of [record!._id, record!.sealed!, `${tenant}_${record!._id}`]) {
      await expect(service.redeem(text, target, 'READ')).rejects.toThrow(NonceRefused);
    }
  });

  it('of older versions keep working with the uses that are left, before and after they are encrypted', async () => {
    const old = plain();
    await store.nonces.insert(old);
    const service = nonces(withKeys(K1));
    expect((await service.list(target)).map(({ _id }) => _id)).toEqual([old._id]);
    for (let start = 0; start < 2; start++) await vault(withKeys(K1)).protect();
    expect(await stored()).not.toContain(old._id.slice(tenant.length + 1));
    expect(await service.list(target)).toEqual([old]);
    await service.redeem(old._id, target, 'READ');
    await expect(service.redeem(old._id, target, 'READ')).rejects.toThrow(NonceRefused);
  });

  it('are encrypted when that was broken off between the two writes', async () => {
    const old = plain();
    await store.nonces.insert(old);
    await store.nonces.insert(vault(withKeys(K1)).toStored(old));
    await vault(withKeys(K1)).protect();
    expect(await nonces(withKeys(K1)).list(target)).toEqual([old]);
  });

  it('work without any key, too, in plain', async () => {
    const service = nonces(withKeys());
    const { _id: nonce } = await service.create(caller, target, limited);
    await vault(withKeys()).protect();
    expect(await service.redeem(nonce, target, 'READ')).toMatchObject({ user: 'jdoe' });
    expect((await service.list(target)).map(({ _id }) => _id)).toEqual([nonce]);
  });

  it('are rotated to another key; without any of them they work, and can be removed by what is shown instead', async () => {
    const { _id: nonce } = await nonces(withKeys(K1)).create(caller, target, limited);
    const rotated = (keys: Secrets) => rotate(keys, sealedNonces(store), NOTHING_ROTATED);
    expect(await rotated(withKeys(K2, K1))).toEqual({ seen: 1, rotated: 1, failed: [] });
    expect(await rotated(withKeys(K2, K1))).toEqual({ seen: 1, rotated: 0, failed: [] });
    expect((await nonces(withKeys(K2)).list(target)).map(({ _id }) => _id)).toEqual([nonce]);
    const keyless = nonces(withKeys(K1));
    const [shown] = await keyless.list(target);
    expect(shown!._id).toMatch(/^[0-9a-f]{64}$/);
    await keyless.redeem(nonce, target, 'READ');
    expect((await rotated(withKeys(K1))).failed).toHaveLength(1);
    await keyless.delete(target, shown!._id);
    await expect(keyless.redeem(nonce, target, 'READ')).rejects.toThrow(NonceRefused);
  });
});
