import { setTimeout as pause } from 'node:timers/promises';
import { OPERATION_TIMEOUT_MS } from './amqp-connection.js';
import { BrokerUnavailable, MailboxInUse } from './errors.js';
import { type DeleteOptions, type MailboxName } from './mailbox-broker.js';

export interface ManagementApiOptions {
  /** For example `http://127.0.0.1:15672`; credentials in it win over `username` and `password`. */
  readonly uri: string;
  readonly username: string;
  readonly password: string;
  /** `/` is RabbitMQ's default. */
  readonly virtualHost: string;
  /** How long `delete` waits for foreign consumers to go, in milliseconds. Default 5,000. */
  readonly deleteTimeoutMs?: number;
}

/** The HTTP management API of RabbitMQ 3.x, for what its AMQP 1.0 plugin cannot do. */
export class ManagementApi {
  private readonly base: string;
  private readonly alarms: string;
  private readonly authorization: string;
  private readonly deleteTimeoutMs: number;

  /** @throws TypeError when the URI is not one. */
  constructor(options: ManagementApiOptions) {
    const url = new URL(options.uri);
    const username = decodeURIComponent(url.username) || options.username;
    const password = decodeURIComponent(url.password) || options.password;
    this.authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    const path = url.pathname.replace(/\/$/, '');
    const api = `${url.protocol}//${url.host}${path}/api`;
    this.base = `${api}/queues/${encodeURIComponent(options.virtualHost)}`;
    this.alarms = `${api}/health/checks/alarms`;
    this.deleteTimeoutMs = options.deleteTimeoutMs ?? 5_000;
  }

  async depth(mailbox: MailboxName): Promise<number> {
    // A queue's own resource shows statistics of up to 5 s ago; only lists can show totals asked from the queue now.
    const query = new URLSearchParams({
      page: '1',
      page_size: '1',
      name: `^${mailbox.replaceAll('.', '\\.')}$`,
      use_regex: 'true',
      disable_stats: 'true',
      enable_queue_totals: 'true',
    });
    const response = await this.call('GET', `?${query}`);
    if (response.status === 404) return 0;
    const { items } = (await response.json()) as { items?: { messages_ready?: number }[] };
    return items?.[0]?.messages_ready ?? 0;
  }

  /** @returns 0: this API does not tell how many. */
  async purge(mailbox: MailboxName): Promise<number> {
    await this.call('DELETE', `/${encodeURIComponent(mailbox)}/contents`);
    return 0;
  }

  /**
   * Only an unused queue is deleted, unless `evenInUse`: deleting one under a consumer leaves that consumer's connection half
   * dead without a word to it. @throws MailboxInUse when consumers stay; the queue is purged then.
   */
  async delete(mailbox: MailboxName, { evenInUse = false }: DeleteOptions = {}): Promise<void> {
    if (evenInUse) {
      await this.call('DELETE', `/${encodeURIComponent(mailbox)}`);
      return;
    }
    const deadline = performance.now() + this.deleteTimeoutMs;
    for (;;) {
      const response = await this.call('DELETE', `/${encodeURIComponent(mailbox)}?if-unused=true`);
      if (response.status !== 400) return;
      if (performance.now() > deadline) break;
      await pause(50);
    }
    await this.purge(mailbox);
    throw new MailboxInUse(mailbox);
  }

  /** Whether a node of the cluster is short of memory or disk. @throws BrokerUnavailable when that is not known */
  async isAlarmed(): Promise<boolean> {
    const { status } = await this.fetch('GET', this.alarms);
    if (status === 200 || status === 503) return status === 503;
    throw new BrokerUnavailable(`The management API of RabbitMQ answered ${status} when asked for alarms`);
  }

  private async call(method: 'GET' | 'DELETE', path: string): Promise<Response> {
    const response = await this.fetch(method, `${this.base}${path}`);
    if (response.ok || response.status === 404 || (method === 'DELETE' && response.status === 400)) return response;
    throw new BrokerUnavailable(`The management API of RabbitMQ answered ${response.status} to ${method} ${path}`);
  }

  private async fetch(method: 'GET' | 'DELETE', url: string): Promise<Response> {
    try {
      return await fetch(url, {
        method,
        headers: { authorization: this.authorization },
        signal: AbortSignal.timeout(OPERATION_TIMEOUT_MS),
      });
    } catch (cause) {
      throw new BrokerUnavailable(`The management API of RabbitMQ does not answer: ${String(cause)}`, { cause });
    }
  }
}
