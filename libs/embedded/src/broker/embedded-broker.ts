import { chmodSync } from 'node:fs';
import type { Server, Socket } from 'node:net';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import rhea, { type Container, type EventContext } from 'rhea';
import { ClientConnection } from './client-connection.js';
import { DirectoryLock } from '../storage/directory-lock.js';
import { ManagementNode } from './management-node.js';
import { QueueRegistry } from './queue-registry.js';
import type { Durability } from '../storage/durability.js';
import { QueueStore } from './queue-store.js';
import { wireConnection } from './rhea-internals.js';
import { prepareSocketPath } from '../storage/socket-path.js';

export interface EmbeddedBrokerOptions {
  /** Where queues are kept; created when missing, held by one process at a time. */
  readonly directory: string;
  /** The Unix socket to listen on, at most 107 bytes. Default: `broker.sock` in `directory`. */
  readonly socketPath?: string;
  /** What `accepted` promises. Default `disk`. */
  readonly durability?: Durability;
}

/** Time that clients get to close their side when the broker shuts down. */
const CLOSE_GRACE_MS = 1000;

/** A client that sends nothing for twice this time is taken for dead; clients learn the time from `open` (§2.4.5). */
const IDLE_TIME_OUT_MS = 60_000;

/** A frame never needs to be larger; a larger message comes in several. */
const MAX_FRAME_SIZE = 1024 * 1024;

/**
 * A small AMQP 1.0 broker in this process: durable queues in a directory, reached through a Unix socket. It speaks the
 * address format v2 and the management protocol of RabbitMQ 4, as far as work queues need them.
 */
export class EmbeddedBroker {
  private readonly clients = new Set<ClientConnection>();
  private readonly sockets = new Set<Socket>();
  private closing: Promise<void> | undefined;

  private constructor(
    /** Absolute path of the Unix socket. */
    readonly socketPath: string,
    private readonly lock: DirectoryLock,
    private readonly store: QueueStore,
    private readonly server: Server,
  ) {}

  /**
   * Recovers the queues and listens. Resolves when clients can connect.
   * @throws DirectoryInUse when a living process holds the directory.
   * @throws SocketUnusable when the socket path is too long or taken.
   */
  static async start(options: EmbeddedBrokerOptions): Promise<EmbeddedBroker> {
    const directory = resolve(options.directory);
    const socketPath = resolve(options.socketPath ?? join(directory, 'broker.sock'));
    const lock = DirectoryLock.acquire(directory, 'broker.lock');
    let store: QueueStore | undefined;
    try {
      await prepareSocketPath(socketPath);
      store = QueueStore.open(directory, options.durability ?? 'disk');
      const queues = new QueueRegistry(store);
      const container = rhea.create_container({ id: 'abaco-embedded-broker' });
      const server = await listen(container, socketPath);
      const broker = new EmbeddedBroker(socketPath, lock, store, server);
      broker.serve(container, queues);
      return broker;
    } catch (error) {
      await store?.close();
      lock.release();
      throw error;
    }
  }

  /** `amqp+unix://` and the percent-encoded absolute path of the socket. */
  get uri(): string {
    return pathToFileURL(this.socketPath).href.replace('file://', 'amqp+unix://');
  }

  /** Disconnects all clients (`amqp:connection:forced`), writes what is under way, and lets go of socket and directory. */
  close(): Promise<void> {
    this.closing ??= this.shutDown();
    return this.closing;
  }

  private serve(container: Container, queues: QueueRegistry): void {
    const management = new ManagementNode(queues);
    this.server.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    });
    container.on('connection_open', ({ connection }: EventContext) => {
      const client = new ClientConnection(connection, queues, management, () => this.clients.delete(client));
      this.clients.add(client);
    });
    // Errors of peers that did not get as far as opening a connection. rhea has closed the socket.
    container.on('error', () => undefined);
    container.on('protocol_error', () => undefined);
    container.on('disconnected', ({ connection }: EventContext) => wireConnection(connection).socket.destroy());
  }

  private async shutDown(): Promise<void> {
    const stopped = new Promise((done) => this.server.close(done));
    await Promise.all([...this.clients].map((client) => client.close(CLOSE_GRACE_MS)));
    for (const socket of this.sockets) socket.destroy();
    await stopped;
    await this.store.close();
    this.lock.release();
  }
}

async function listen(container: Container, socketPath: string): Promise<Server> {
  const server = container.listen({
    path: socketPath,
    idle_time_out: IDLE_TIME_OUT_MS,
    max_frame_size: MAX_FRAME_SIZE,
    // Receivers and senders here belong to queues, which decide on credit and outcomes themselves.
    autoaccept: false,
    credit_window: 0,
    treat_modified_as_released: false,
  } as Parameters<Container['listen']>[0]);
  await new Promise<void>((done, fail) => {
    server.once('listening', done);
    server.once('error', fail);
  });
  chmodSync(socketPath, 0o600);
  return server;
}
