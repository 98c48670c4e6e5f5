import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type mongoose from 'mongoose';
import { SocketProxy } from '../../e2e/support/socket-proxy.js';
import { removeContainersOfHost } from '../../support/docker-cli.js';
import { buildTestImages } from '../../support/images.js';
import { lastingClient } from '../../support/lasting-client.js';
import { RabbitMqServer } from '../../support/rabbitmq.js';
import { ServerProcess } from '../../support/server-process.js';
import { StoreProcess } from '../../support/store-process.js';
import { Ledger } from './ledger.js';
import { settingsOf } from './test-broker.js';

/** One process of the cluster, with a TCP connection to store and broker of its own. */
export class ClusterNode {
  private running: ServerProcess | undefined;

  constructor(
    readonly hostId: string,
    readonly directory: string,
    private readonly mongo: SocketProxy,
    private readonly amqp: SocketProxy,
    private readonly settings: Readonly<Record<string, string>>,
  ) {}

  get server(): ServerProcess {
    if (!this.running) throw new Error(`${this.hostId} does not run.`);
    return this.running;
  }

  get log(): string {
    return this.running?.log ?? '';
  }

  async start(): Promise<void> {
    this.running = await ServerProcess.start({ ...this.settings });
  }

  /** kill -9. */
  async kill(): Promise<void> {
    await this.server.kill();
  }

  /** A graceful stop, then a new start: an upgrade. */
  async replace(): Promise<void> {
    const code = await this.server.stop();
    if (code !== 0) throw new Error(`${this.hostId} ended with ${code}: ${this.server.log.slice(-4_000)}`);
    await this.start();
  }

  /** From now on nothing comes or goes between the process and store and broker, and nothing tells it so. */
  cutOff(): void {
    this.mongo.drop();
    this.amqp.drop();
  }

  heal(): void {
    this.mongo.heal();
    this.amqp.heal();
  }

  async end(): Promise<void> {
    this.heal();
    if (this.running?.exitCode === null) await this.running.kill();
    await Promise.all([this.mongo.stop(), this.amqp.stop()]);
    await removeContainersOfHost(this.hostId);
  }
}

/** One process that answers requests and some that run workers, with a RabbitMQ and a store between them. */
export class Cluster {
  private constructor(
    readonly api: ClusterNode,
    readonly hosts: readonly ClusterNode[],
    readonly rabbit: RabbitMqServer,
    readonly ledger: Ledger,
    private readonly directory: string,
    private readonly store: StoreProcess,
    private readonly client: mongoose.mongo.MongoClient,
  ) {}

  /** @param settings of all processes, `section.option` to value */
  static async start(hosts: number, settings: Readonly<Record<string, string>>): Promise<Cluster> {
    await buildTestImages();
    const directory = await mkdtemp(join(tmpdir(), 'abaco-cluster-'));
    const [store, rabbit] = await Promise.all([StoreProcess.start(), RabbitMqServer.start()]);
    const suffix = randomUUID().slice(0, 6);
    const path = decodeURIComponent(/^mongodb:\/\/([^/]+)/.exec(store.uri)?.[1] ?? '');
    const node = async (name: string, roles: string): Promise<ClusterNode> => {
      const mongo = await SocketProxy.start({ path });
      const amqp = await SocketProxy.start({ host: '127.0.0.1', port: rabbit.port });
      const own = join(directory, name);
      return new ClusterNode(`${name}-${suffix}`, own, mongo, amqp, {
        'general.roles': roles,
        'general.data_dir': own,
        'spawner.host_id': `${name}-${suffix}`,
        'store.mongo_uri': `mongodb://127.0.0.1:${mongo.port}/abaco?directConnection=true&retryWrites=false`,
        ...settingsOf(rabbit, amqp.port),
        ...settings,
      });
    };
    const names = Array.from({ length: hosts }, (_, index) => `host${index + 1}`);
    const client = lastingClient(store.uri);
    const api = await node('api', 'api');
    const computing = await Promise.all(names.map((name) => node(name, 'compute')));
    const cluster = new Cluster(api, computing, rabbit, new Ledger(client.db()), directory, store, client);
    try {
      for (const one of cluster.nodes) await one.start(); // side by side they take longer than one may
    } catch (error) {
      await cluster.stop();
      throw error;
    }
    return cluster;
  }

  get nodes(): readonly ClusterNode[] {
    return [this.api, ...this.hosts];
  }

  get database(): mongoose.mongo.Db {
    return this.client.db();
  }

  /** Ends all, whatever state it is in. */
  async stop(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.end()));
    await this.client.close();
    await Promise.all([this.store.stop(), this.rabbit.stop()]);
    await rm(this.directory, { recursive: true, force: true });
  }
}
