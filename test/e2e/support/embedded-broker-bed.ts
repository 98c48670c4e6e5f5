import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedBroker } from '@abaco/embedded';
import { AmqpClient, type WireMessage } from '../../support/amqp-client.js';

export const to = (queue: string, id: unknown, body: unknown = 'x'): WireMessage => ({
  to: `/queues/${queue}`,
  message_id: id,
  durable: true,
  body,
});

export const range = (count: number) => Array.from({ length: count }, (_, i) => i);

/** An embedded broker with a directory of its own and a client, anew for each test of the file that makes it. */
export class EmbeddedBrokerBed {
  directory: string;
  broker: EmbeddedBroker;
  client: AmqpClient;
  private readonly clients: AmqpClient[] = [];

  constructor() {
    beforeEach(async () => {
      this.directory = mkdtempSync(join(tmpdir(), 'abaco-broker-'));
      await this.start();
    });
    afterEach(async () => {
      await Promise.all(this.clients.splice(0).map((opened) => opened.close()));
      await this.broker.close();
      rmSync(this.directory, { recursive: true });
    });
  }

  /** Also once more, after the broker was closed. */
  async start(): Promise<void> {
    this.broker = await EmbeddedBroker.start({ directory: this.directory });
    this.client = await this.another();
  }

  async another(options: Parameters<typeof AmqpClient.connect>[1] = {}): Promise<AmqpClient> {
    const opened = await AmqpClient.connect(this.broker.socketPath, options);
    this.clients.push(opened);
    return opened;
  }

  declare(queue: string) {
    return this.client.request('PUT', `/queues/${queue}`, { durable: true });
  }

  async count(queue: string): Promise<number> {
    const { body } = await this.client.request('GET', `/queues/${queue}`);
    return Number((body as { message_count: number }).message_count);
  }

  publish(queue: string, ids: readonly unknown[]) {
    return Promise.all(ids.map((id) => this.client.send(to(queue, id))));
  }
}
