import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  createMailboxBroker,
  InMemoryMailboxBroker,
  InMemoryMailboxes,
  type MailboxBroker,
  type MailboxBrokerOptions,
} from '@abaco/mailbox';
import { compiled } from '../../support/compiled.js';
import { DEBIAN_RABBITMQ, type RabbitMqInstallation, RabbitMqServer } from '../../support/rabbitmq.js';
import { SocketProxy } from './socket-proxy.js';

/**
 * A classic queue that was declared less than about 2 s before kill -9 may be gone with all it holds when RabbitMQ comes back,
 * although the broker had accepted it all: 14 of 160 that were killed within a second of their declaration, 5 of 50 after that
 * when the broker had run for some time, none of 120 that were older than 2 s (RabbitMQ 3.10.8, classic queues).
 */
export const RABBITMQ_KILL_SAFE_AFTER_MS = 3_000;

/** Mailboxes that several clients share. */
export interface MailboxHarness {
  /** One more client, not open yet. */
  client(): MailboxBroker;
  stop(): Promise<void>;
}

/** A real broker that a test may ill-treat. */
export interface BrokerHarness extends MailboxHarness {
  /** How to reach it. */
  readonly options: MailboxBrokerOptions;
  /** How to reach it through `proxy`. */
  readonly proxied: MailboxBrokerOptions;
  readonly proxy: SocketProxy;
  /** kill -9. */
  kill(): Promise<void>;
  /** Starts it again where it was, with what it had. */
  restart(): Promise<void>;
}

/** Mailboxes in the memory of this process: there is nothing between clients and mailboxes that could break. */
export function memoryHarness(): Promise<MailboxHarness> {
  const mailboxes = new InMemoryMailboxes();
  return Promise.resolve({
    client: () => new InMemoryMailboxBroker(mailboxes),
    stop: () => Promise.resolve(),
  });
}

/** RabbitMQ 3 or 4. */
export async function rabbitMqHarness(
  flavor: 'rabbitmq3' | 'rabbitmq4',
  installation: RabbitMqInstallation = DEBIAN_RABBITMQ,
  options: Partial<MailboxBrokerOptions> = {},
): Promise<BrokerHarness> {
  const server = await RabbitMqServer.start(installation);
  const proxy = await SocketProxy.start({ host: '127.0.0.1', port: server.port });
  const common = { ...options, flavor, managementUri: server.managementUri };
  const direct = { ...common, uri: server.uri };
  return {
    client: () => createMailboxBroker(direct),
    options: direct,
    proxied: { ...common, uri: `amqp://guest:guest@127.0.0.1:${proxy.port}` },
    proxy,
    kill: () => server.kill(),
    restart: () => server.restart(),
    stop: async () => {
      await proxy.stop();
      await server.stop();
    },
  };
}

/** The embedded broker in a process of its own, so that it can be killed. */
export async function embeddedHarness(): Promise<BrokerHarness> {
  const directory = await mkdtemp(join(tmpdir(), 'abaco-broker-'));
  const socketPath = join(directory, 'b.sock');
  let child = await startEmbedded(directory, socketPath);
  const proxy = await SocketProxy.start({ path: socketPath });
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  const direct = { flavor: 'embedded', uri: pathToFileURL(socketPath).href.replace('file:', 'amqp+unix:') } as const;
  return {
    client: () => createMailboxBroker(direct),
    options: direct,
    proxied: { flavor: 'embedded', uri: `amqp://127.0.0.1:${proxy.port}` },
    proxy,
    kill,
    restart: async () => {
      await kill();
      child = await startEmbedded(directory, socketPath);
    },
    stop: async () => {
      await proxy.stop();
      await kill();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function startEmbedded(directory: string, socketPath: string): Promise<ChildProcess> {
  const runner = compiled('test/e2e/support/embedded-broker-process.ts');
  const env = { ...process.env };
  delete env.NODE_OPTIONS;
  const child = spawn(process.execPath, [runner, directory, socketPath], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  // It prints one line when it listens, and ends its output when it fails.
  await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
  if (child.exitCode !== null) throw new Error(`The embedded broker ended with ${child.exitCode}`);
  return child;
}
