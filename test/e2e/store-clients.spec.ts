import { actorDbid, newId, type WorkerId } from '@abaco/contract';
import { NOTHING_ROTATED, placeOfClient, rotate, sealedClients } from '@abaco/runtime';
import { Secrets } from '@abaco/secrets';
import { type ClientRecord, type Store } from '@abaco/store';
import { tenant, testDatabases, withStore } from './store-fixtures.js';

const [K1, K2] = [1, 2].map((byte) => `k${byte}=${Buffer.alloc(32, byte).toString('base64')}`) as [string, string];
const withKeys = (...keys: string[]): Secrets => Secrets.open({ keys, fernetKey: '' });

describe.each(testDatabases)('OAuth clients on record in $name', ({ start }) => {
  let store: Store;
  withStore(start, (connected) => (store = connected));

  const insert = async (): Promise<ClientRecord> => {
    const worker = newId<WorkerId>();
    const place = { _id: `${tenant}_key-${worker}` };
    const sealed = (what: 'client_secret' | 'refresh_token') => withKeys(K1).seal(what, placeOfClient(place, what));
    await store.clients.insert({
      tenant,
      actor_id: actorDbid(tenant, newId()),
      worker_id: worker,
      client_key: `key-${worker}`,
      client_name: worker,
      client_secret: sealed('client_secret'),
      refresh_token: sealed('refresh_token'),
    });
    return found(worker);
  };
  const found = async (worker: WorkerId): Promise<ClientRecord> => (await store.clients.find(tenant, worker))!;

  it('are encrypted with another key, both of their secrets, once', async () => {
    const { worker_id: worker } = await insert();
    const keys = withKeys(K2, K1);
    expect(await rotate(keys, sealedClients(store), NOTHING_ROTATED)).toEqual({ seen: 2, rotated: 2, failed: [] });
    const client = await found(worker);
    for (const field of ['client_secret', 'refresh_token'] as const) {
      expect(withKeys(K2).open(client[field], placeOfClient(client, field))).toBe(field);
    }
    expect(await rotate(keys, sealedClients(store), NOTHING_ROTATED)).toEqual({ seen: 2, rotated: 0, failed: [] });
    await store.clients.delete(tenant, worker);
  });

  it('keep a token that came while they were looked at', async () => {
    const client = await insert();
    await store.clients.setRefreshToken(client, 'newer');
    expect(await store.clients.reseal(client, 'refresh_token', 'anew')).toBe(false);
    expect(await store.clients.reseal(client, 'client_secret', 'anew')).toBe(true);
    expect(await found(client.worker_id)).toMatchObject({ client_secret: 'anew', refresh_token: 'newer' });
  });
});
