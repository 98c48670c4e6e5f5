import { createServer, type Server, type Socket, connect, type AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { actorDbid, type ExecutionDbid, type HostId, newId } from '@abaco/contract';
import { Store, StoreUnavailable } from '@abaco/store';
import { eventually } from '../support/eventually.js';
import { executionRecord, tenant, type TestDatabase, testDatabases } from './store-fixtures.js';

/** Stands between the store and the embedded database, and can stop to pass anything on. */
class Proxy {
  private readonly sockets = new Set<Socket>();
  private silent = false;
  private port = 0;

  private constructor(private readonly server: Server) {}

  static async before(socketPath: string): Promise<Proxy> {
    const server = createServer();
    const proxy = new Proxy(server);
    server.on('connection', (client) => proxy.join(client, connect(socketPath)));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    proxy.port = (server.address() as AddressInfo).port;
    return proxy;
  }

  get uri(): string {
    return `mongodb://127.0.0.1:${this.port}/abaco`;
  }

  /** Keeps connections open and passes nothing on: a hanging server. */
  hang(silent: boolean): void {
    this.silent = silent;
  }

  /** After a stop, where it was. */
  async restart(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(this.port, '127.0.0.1', resolve));
  }

  /** Cuts every connection and takes no new one: a dead server. */
  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  private join(client: Socket, server: Socket): void {
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      this.sockets.add(from);
      from.on('data', (bytes) => this.silent || to.write(bytes));
      from.on('error', () => to.destroy());
      from.on('close', () => to.destroy());
    }
  }
}

const socketOf = (uri: string): string => decodeURIComponent(/^mongodb:\/\/([^/]+)/.exec(uri)?.[1] ?? '');

describe('a store without its database', () => {
  let database: TestDatabase;
  let proxy: Proxy;
  let store: Store;

  beforeAll(async () => {
    database = await testDatabases[0]!.start();
  });
  afterAll(() => database.stop());
  beforeEach(async () => {
    proxy = await Proxy.before(socketOf(database.uri));
    // a busy machine may need longer than that for the first connection
    store = await eventually('a connected store', () => Store.connect(proxy.uri, { timeoutMs: 500 }));
  });
  afterEach(async () => {
    await proxy.stop();
    await store.close();
  });

  const record = () => executionRecord(actorDbid(tenant, newId()));
  const unavailable = async (operation: Promise<unknown>, withinMs: number): Promise<void> => {
    const began = performance.now();
    await expect(operation).rejects.toBeInstanceOf(StoreUnavailable);
    expect(performance.now() - began).toBeLessThan(withinMs);
  };

  it('says so when it cannot be reached at the start', async () => {
    await unavailable(Store.connect('mongodb://127.0.0.1:9/abaco', { timeoutMs: 300 }), 3000);
    await unavailable(Store.connect('mongodb://%2Fnowhere%2Fmongo.sock/abaco', { timeoutMs: 300 }), 3000);
  });

  it('gives every operation up in time when the database hangs, and works again afterwards', async () => {
    expect(await store.ping()).toBe(true);
    proxy.hang(true);
    await Promise.all([
      unavailable(store.executions.insert(record()), 1500),
      unavailable(store.executions.find('x' as ExecutionDbid), 1500),
      unavailable(
        store.executions.claim('x' as ExecutionDbid, { workerId: newId(), hostId: '' as never, leaseMs: 1 }),
        1500,
      ),
      unavailable(store.bodies.write('x' as ExecutionDbid, record().actor_id, Buffer.alloc(2_000_000)), 3000),
      unavailable(store.bodies.read('x' as ExecutionDbid), 1500),
      store.ping().then((answers) => expect(answers).toBe(false)),
    ]);
    proxy.hang(false);
    const execution = record();
    await eventually('an answer', async () => (await store.executions.find(execution._id)) === null, 15_000);
    await store.executions.insert(execution);
    expect(await store.executions.find(execution._id)).toEqual(execution);
  });

  it('leaves the source of a body to its owner', async () => {
    const source = Readable.from(Array.from({ length: 5 }, () => Buffer.alloc(1_000_000)));
    proxy.hang(true);
    await unavailable(store.bodies.write('x' as ExecutionDbid, record().actor_id, source), 3000);
    expect(source.destroyed).toBe(false);
    proxy.hang(false);
  });

  it('says so when the database is dead', async () => {
    await proxy.stop();
    await unavailable(store.executions.find('x' as ExecutionDbid), 1500);
    await unavailable(
      store.workers.claimSlot({ ...record(), revision: 1, id: newId(), host_id: 'h' as HostId, host_ip: null }, 5),
      1500,
    );
    expect(await store.ping()).toBe(false);
  });

  it('says so at once when the database has been dead for a while, and works again when it is back', async () => {
    await proxy.stop();
    const refusal = () => store.executions.insert(record()).catch((error: unknown) => error as StoreUnavailable);
    const first = await refusal();
    expect((first as StoreUnavailable).cause).not.toMatchObject({ message: 'No server for more than 500 ms' });
    await eventually('it is not tried any more', async () =>
      /^No server for more than/.test(((await refusal()) as { cause?: Error }).cause?.message ?? ''),
    );
    await proxy.restart();
    await eventually('an answer', () =>
      store.executions.find('x' as ExecutionDbid).then(
        (found) => found === null,
        () => false,
      ),
    );
  });

  it('says so once it is closed', async () => {
    await store.close();
    await unavailable(store.executions.find('x' as ExecutionDbid), 1500);
    expect(await store.ping()).toBe(false);
  });
});
