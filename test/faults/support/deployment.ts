import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type mongoose from 'mongoose';
import type { SocketProxy } from '../../e2e/support/socket-proxy.js';
import { removeContainersOfHost } from '../../support/docker-cli.js';
import { eventually } from '../../support/eventually.js';
import { buildTestImages, SHELL_IMAGE } from '../../support/images.js';
import { lastingClient } from '../../support/lasting-client.js';
import { MovableClock } from '../../support/movable-clock.js';
import { type NodeStart, together, withHeap } from '../../support/node-start.js';
import type { RabbitMqServer } from '../../support/rabbitmq.js';
import { ServerProcess } from '../../support/server-process.js';
import { StoreProcess } from '../../support/store-process.js';
import type { DeploymentOptions } from './deployment-options.js';
import { EngineProxy } from './engine-proxy.js';
import { explained } from './explained.js';
import { leftByActors, leftByExecutions, nothingLeft, type Places } from './leftovers.js';
import { Ledger } from './ledger.js';
import { MongoProxy } from './mongo-proxy.js';
import { TestBroker } from './test-broker.js';

/** Seconds: leftovers of a crash are found by a check, five times as often as by default, for the sake of the tests' run time. */
const CHECK_SECONDS = 2;

/** What the answer to a message tells. */
export interface Sent {
  readonly status: number;
  readonly message: string;
  readonly retryAfter: string | null;
  readonly execution: string;
}

/**
 * A server in a process of its own with everything that it depends on, each behind a proxy where faults are injected: nothing in
 * the server knows of that. Its ledger knows what was accepted.
 */
export class Deployment {
  readonly actors: string[] = [];
  private running: ServerProcess | undefined;

  private constructor(
    readonly hostId: string,
    readonly directory: string,
    readonly store: StoreProcess,
    readonly mongo: MongoProxy,
    readonly engine: EngineProxy,
    private readonly broker: TestBroker,
    private readonly client: mongoose.mongo.MongoClient,
    readonly ledger: Ledger,
    private readonly settings: Readonly<Record<string, string>>,
    private readonly clock: MovableClock,
    private readonly movableClocks: readonly ('server' | 'store')[],
    private readonly watch: { stop(): Promise<void> } | undefined,
    private readonly serverStart: NodeStart,
    private readonly engineUrl: string | undefined,
  ) {}

  /** Starts everything, the server last. */
  static async start(options: DeploymentOptions): Promise<Deployment> {
    const { name, settings = {}, movableClocks = [], disk = tmpdir(), heap, watched = true, dockerd } = options;
    if (!dockerd) await buildTestImages();
    const hostId = `${name}-${randomUUID().slice(0, 8)}`;
    const directory = await mkdtemp(join(disk, `abaco-${name}-`));
    const clock = new MovableClock(join(directory, 'clock'));
    const startOf = (which: 'server' | 'store'): NodeStart =>
      together([...(movableClocks.includes(which) ? [clock] : []), ...(heap === undefined ? [] : [withHeap(heap)])]);
    const [store, broker] = await Promise.all([
      StoreProcess.start({ node: startOf('store'), disk }),
      TestBroker.start(options.broker),
    ]);
    const mongo = await MongoProxy.start(store.uri);
    const engine = await EngineProxy.start(join(directory, 'engine.sock'), dockerd?.socketPath);
    const client = lastingClient(store.uri);
    const ledger = new Ledger(client.db());
    const deployment = new Deployment(
      hostId,
      directory,
      store,
      mongo,
      engine,
      broker,
      client,
      ledger,
      {
        'general.data_dir': join(directory, 'data'),
        'spawner.host_id': hostId,
        'store.mongo_uri': mongo.uri,
        'docker.dd': engine.url,
        'general.check_seconds': String(CHECK_SECONDS),
        ...broker.settings,
        ...settings,
      },
      clock,
      movableClocks,
      watched ? ledger.watch() : undefined,
      startOf('server'),
      dockerd?.url,
    );
    try {
      await deployment.startServer();
    } catch (error) {
      await deployment.stop();
      throw error;
    }
    return deployment;
  }

  get server(): ServerProcess {
    if (!this.running) throw new Error('The server does not run.');
    return this.running;
  }

  /** The broker, when it is a RabbitMQ. */
  get rabbit(): RabbitMqServer | undefined {
    return this.broker.rabbit;
  }

  /** What the server connects to instead of the RabbitMQ. */
  get amqp(): SocketProxy | undefined {
    return this.broker.amqp;
  }

  get database(): mongoose.mongo.Db {
    return this.client.db();
  }

  async startServer(): Promise<void> {
    this.running = await ServerProcess.start({ ...this.settings }, undefined, this.serverStart);
  }

  /** Sets the movable clocks. @param offsetMs by how much they are wrong from now on, negative for the past */
  async moveClocks(offsetMs: number): Promise<void> {
    const { server, store } = this;
    await this.clock.set(
      offsetMs,
      this.movableClocks.map((which) => ({ server, store })[which].pid),
    );
  }

  /** One more server, which has its own data and way to the store. The caller stops it. */
  async startAnother(hostId: string, settings: Readonly<Record<string, string>> = {}): Promise<ServerProcess> {
    return ServerProcess.start({
      ...this.settings,
      ...settings,
      'general.data_dir': join(this.directory, hostId),
      'spawner.host_id': hostId,
      'store.mongo_uri': this.store.uri,
    });
  }

  /** kill -9, then a new start. */
  async replaceServer(): Promise<void> {
    await this.server.kill();
    await this.startServer();
  }

  /**
   * As if hours had passed since message bodies came in, whole or in part, and the server started anew then: what nobody needs
   * of them goes, which would else be too young.
   */
  async hoursLater(): Promise<void> {
    const long = new Date(Date.now() - 2 * 3_600_000);
    await this.server.stop();
    await this.database.collection('bodies.uploads').updateMany({}, { $set: { active: long } });
    await this.database.collection('bodies.files').updateMany({}, { $set: { uploadDate: long } });
    await this.startServer();
  }

  /** @returns the path of the actor */
  async register(description: object = {}): Promise<string> {
    const { status, message, result } = await this.server.call<{ id: string }>('POST', '/actors', {
      image: SHELL_IMAGE,
      ...description,
    });
    if (status !== 200) throw new Error(`The actor was not registered: ${status} ${message}`);
    this.actors.push(result.id);
    return `/actors/${result.id}`;
  }

  /** Sends a script, or bytes. What is accepted is on the ledger. */
  async send(actor: string, body: string | Buffer, headers: Readonly<Record<string, string>> = {}): Promise<Sent> {
    const binary = typeof body !== 'string';
    const response = await fetch(`${this.server.url}${actor}/messages`, {
      method: 'POST',
      body: binary ? new Uint8Array(body) : JSON.stringify({ message: body }),
      headers: { 'content-type': binary ? 'application/octet-stream' : 'application/json', ...headers },
    });
    const envelope = (await response.json()) as { message: string; result: { execution_id: string } | null };
    const execution = envelope.result?.execution_id ?? '';
    if (response.status === 200) this.ledger.accept(execution);
    return {
      status: response.status,
      message: envelope.message,
      retryAfter: response.headers.get('retry-after'),
      execution,
    };
  }

  /** The same, for a message that must be accepted. @returns the execution's id */
  async accepted(actor: string, body: string | Buffer): Promise<string> {
    const { status, message, execution } = await this.send(actor, body);
    if (status !== 200) throw new Error(`The message was refused with ${status}: ${message}`);
    return execution;
  }

  async logs(actor: string, execution: string): Promise<string> {
    return (await this.server.call<{ logs: string }>('GET', `${actor}/executions/${execution}/logs`)).result.logs;
  }

  /** One execution as the interface shows it. */
  async execution(actor: string, execution: string): Promise<{ status: string; exit_code: number | null }> {
    const path = `${actor}/executions/${execution}`;
    return (await this.server.call<{ status: string; exit_code: number | null }>('GET', path)).result;
  }

  async reaches(actor: string, execution: string, status: string, deadlineMs = 60_000): Promise<void> {
    await this.explained(() =>
      eventually(
        `execution ${execution} is ${status}`,
        async () => (await this.execution(actor, execution)).status === status,
        deadlineMs,
      ),
    );
  }

  async ready(deadlineMs = 60_000): Promise<void> {
    await eventually(
      'the server is ready',
      async () => (await fetch(`${this.server.url}/health/ready`)).ok,
      deadlineMs,
    );
  }

  /** Everything accepted is final, unchanged, and has left nothing. @returns the final records by public id */
  async settled(): Promise<Awaited<ReturnType<Ledger['settled']>>> {
    await this.explained(async () => {
      await this.ledger.settled();
      await nothingLeft(() => leftByExecutions(this.places));
    });
    const records = await this.ledger.settled();
    const uninvited = this.ledger.ranUnaccepted();
    if (uninvited.length > 0) throw new Error(`Ran, and was not accepted: ${uninvited.join(', ')}`);
    return records;
  }

  /** Deletes all actors; then nothing at all is left. */
  async emptied(): Promise<void> {
    await this.explained(async () => {
      for (const id of this.actors) {
        const { status, message } = await this.server.call('DELETE', `/actors/${id}`);
        if (status !== 200 && status !== 404) throw new Error(`${id} was not deleted: ${status} ${message}`);
      }
      await this.ledger.settled();
      await nothingLeft(() => leftByActors(this.places));
    });
  }

  /** Ends all, whatever state it is in. */
  async stop(): Promise<void> {
    await this.running?.stop();
    await this.watch?.stop();
    await this.engine.stop();
    await this.mongo.stop();
    await this.client.close();
    await Promise.all([this.store.stop(), this.broker.stop()]);
    await removeContainersOfHost(this.hostId, this.engineUrl);
    await rm(this.directory, { recursive: true, force: true });
  }

  private get places(): Places {
    const directory = join(this.directory, 'data');
    return {
      hostId: this.hostId,
      engineUrl: this.engineUrl,
      directory,
      database: this.client.db(),
      mailboxes: () => this.broker.mailboxes(directory, this.actors),
    };
  }

  /** What is not final, and what the server has logged, go into the error of a wait in vain. */
  private explained<T>(work: () => Promise<T>): Promise<T> {
    return explained(work, this.database, () => this.running?.log ?? '');
  }
}
