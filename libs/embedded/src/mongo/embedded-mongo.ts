import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createServer, type Server as NetServer } from 'node:net';
import { join, resolve } from 'node:path';
import { DirectoryLock } from '../storage/directory-lock.js';
import type { Durability } from '../storage/durability.js';
import { prepareSocketPath } from '../storage/socket-path.js';
import type { Server } from './commands/command.js';
import { CursorRegistry } from './cursors.js';
import { GarbageCollector } from './garbage-collector.js';
import { Catalog } from './storage/catalog.js';
import { Environment } from './storage/environment.js';
import { TtlSweeper } from './ttl-sweeper.js';
import { Connection } from './wire/connection.js';

export interface EmbeddedMongoOptions {
  /** Where the data lies; created if it does not exist. One living process at a time may use it. */
  readonly directory: string;
  /** Path of the Unix socket, at most 107 bytes. Default: `mongo.sock` in the directory. */
  readonly socketPath?: string;
  /**
   * When a write is acknowledged: `disk` (default) once it is flushed and survives a loss of power, `process` once it is
   * committed and survives the death of the process (kill -9). Writes that wait at the same time share one flush.
   */
  readonly durability?: Durability;
  /** Milliseconds between two sweeps of TTL indexes. Default: a minute, as in MongoDB. */
  readonly ttlIntervalMs?: number;
  /** Called with errors of background work (TTL, removal of dropped data), which is tried again at the next sweep. */
  readonly onBackgroundError?: (error: unknown) => void;
}

/**
 * A MongoDB server inside the process for the official driver: its wire protocol on a Unix socket, documents and indexes
 * on disk in LMDB. It is a standalone server: sessions are accepted and mean nothing; transactions, change streams, text
 * and geo indexes, collations, views, time zones and the positional operator `$` are refused with an error. Two limits
 * beyond MongoDB's: an index key holds 1,978 bytes, and an update puts fields with whole-number names before the others.
 */
export class EmbeddedMongo {
  private readonly connections = new Set<Connection>();
  private connectionCount = 0;
  private closing: Promise<void> | undefined;

  private constructor(
    private readonly lock: DirectoryLock,
    private readonly socketPath: string,
    private readonly environment: Environment,
    private readonly listener: NetServer,
    private readonly server: Server,
    private readonly ttl: TtlSweeper,
    private readonly garbage: GarbageCollector,
  ) {
    listener.on('connection', (socket) => {
      const connection = new Connection(socket, ++this.connectionCount, server);
      this.connections.add(connection);
      socket.once('close', () => this.connections.delete(connection));
    });
  }

  /**
   * Opens the directory and listens.
   * @throws DirectoryInUse when another living process holds it, SocketUnusable when the path is too long or taken.
   */
  static async start(options: EmbeddedMongoOptions): Promise<EmbeddedMongo> {
    const directory = resolve(options.directory);
    const socketPath = resolve(options.socketPath ?? defaultSocket(directory));
    const lock = DirectoryLock.acquire(directory, 'store.lock');
    try {
      await prepareSocketPath(socketPath);
      return await EmbeddedMongo.open(options, directory, socketPath, lock);
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  private static async open(
    options: EmbeddedMongoOptions,
    directory: string,
    socketPath: string,
    lock: DirectoryLock,
  ): Promise<EmbeddedMongo> {
    const catalog = new Catalog(() => environment);
    const environment = new Environment(join(directory, 'data'), options.durability ?? 'disk', () => catalog.load());
    try {
      catalog.load();
      const onError = options.onBackgroundError ?? (() => undefined);
      const garbage = new GarbageCollector(environment, catalog, onError);
      const server: Server = {
        environment,
        catalog,
        cursors: new CursorRegistry(),
        collectGarbage: () => garbage.start(),
      };
      const listener = createServer();
      listener.listen(socketPath);
      await once(listener, 'listening');
      const ttl = new TtlSweeper(server, options.ttlIntervalMs ?? 60_000, onError);
      garbage.start();
      return new EmbeddedMongo(lock, socketPath, environment, listener, server, ttl, garbage);
    } catch (error) {
      await environment.close();
      throw error;
    }
  }

  /** The address of a database of the server that runs on this directory, maybe in another process, with the default socket. */
  static uriOf(directory: string, database: string): string {
    return uriOf(defaultSocket(directory), database);
  }

  /** The address of a database for MongoClient and mongoose. */
  uri(database: string): string {
    return uriOf(this.socketPath, database);
  }

  /** Sweeps TTL indexes now. */
  async sweepExpired(): Promise<void> {
    await this.ttl.sweep();
  }

  /** Answers the requests that have been received, makes all writes durable and frees directory and socket. */
  close(): Promise<void> {
    this.closing ??= this.shutDown();
    return this.closing;
  }

  private async shutDown(): Promise<void> {
    const closed = new Promise<void>((done) => this.listener.close(() => done()));
    await Promise.all([...this.connections].map((connection) => connection.drain()));
    await closed;
    await this.ttl.stop();
    await this.garbage.stop();
    await this.server.cursors.removeIdle(Infinity);
    await this.environment.close();
    rmSync(this.socketPath, { force: true });
    this.lock.release();
  }
}

const defaultSocket = (directory: string): string => join(resolve(directory), 'mongo.sock');

const uriOf = (socketPath: string, database: string): string =>
  `mongodb://${encodeURIComponent(socketPath)}/${encodeURIComponent(database)}?directConnection=true&retryWrites=false`;
