import { join } from 'node:path';
import { SocketProxy } from '../../e2e/support/socket-proxy.js';
import { RabbitMqServer } from '../../support/rabbitmq.js';
import type { BrokerKind } from './broker-kind.js';
import { type Mailbox, mailboxesOfEmbedded, mailboxesOfRabbitMq } from './mailbox-names.js';

/** How a server finds a RabbitMQ: `section.option` to value. @param port of the loopback interface that leads to it */
export const settingsOf = (rabbit: RabbitMqServer, port: number): Readonly<Record<string, string>> => ({
  'rabbit.uri': `amqp://guest:guest@127.0.0.1:${port}`,
  'rabbit.flavor': 'rabbitmq3',
  'rabbit.management_uri': rabbit.managementUri,
});

/** The broker of a server under test: a RabbitMQ behind a proxy, or the one inside the server, which dies with it. */
export class TestBroker {
  private constructor(
    readonly rabbit: RabbitMqServer | undefined,
    /** What the server connects to instead of the RabbitMQ. */
    readonly amqp: SocketProxy | undefined,
  ) {}

  static async start(kind: BrokerKind): Promise<TestBroker> {
    if (kind === 'embedded') return new TestBroker(undefined, undefined);
    const rabbit = await RabbitMqServer.start();
    return new TestBroker(rabbit, await SocketProxy.start({ host: '127.0.0.1', port: rabbit.port }));
  }

  /** How a server finds it: `section.option` to value. */
  get settings(): Readonly<Record<string, string>> {
    return this.rabbit && this.amqp ? settingsOf(this.rabbit, this.amqp.port) : {};
  }

  /** @param directory of the server's data @param actors public ids, of the tenant DEV */
  mailboxes(directory: string, actors: readonly string[]): Promise<Mailbox[]> {
    if (this.rabbit) return mailboxesOfRabbitMq(this.rabbit.managementUri);
    return mailboxesOfEmbedded(join(directory, 'broker', 'broker.sock'), actors);
  }

  async stop(): Promise<void> {
    await this.amqp?.stop();
    await this.rabbit?.stop();
  }
}
