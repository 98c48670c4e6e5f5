import { AmqpClient } from '../../support/amqp-client.js';

/** A queue of a broker. */
export interface Mailbox {
  readonly name: string;
  /** In it, or with a consumer that has not settled them. */
  readonly messages: number;
}

/**
 * All queues of a RabbitMQ but the command channels, which stay. It counts messages every second.
 * @param uri of its management API, with name and password
 */
export async function mailboxesOfRabbitMq(uri: string): Promise<Mailbox[]> {
  const { username, password, origin } = new URL(uri);
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  const response = await fetch(`${origin}/api/queues`, { headers: { authorization } });
  if (!response.ok) throw new Error(`The management API answered ${response.status}.`);
  const queues = (await response.json()) as { name: string; messages?: number }[];
  return queues
    .filter(({ name }) => !name.startsWith('command_channel_'))
    .map(({ name, messages = 0 }) => ({ name, messages }));
}

/** The mailboxes of these actors that the embedded broker has. @param actors public ids, of the tenant DEV */
export async function mailboxesOfEmbedded(socketPath: string, actors: readonly string[]): Promise<Mailbox[]> {
  const client = await AmqpClient.connect(socketPath);
  try {
    const names = actors.map((id) => `actor_msg_DEV_${id}`);
    const answers = await Promise.all(names.map((name) => client.request('GET', `/queues/${name}`)));
    return names.flatMap((name, index) => {
      const { status, body } = answers[index] ?? { status: '404', body: null };
      return status === '404' ? [] : [{ name, messages: (body as { message_count: number }).message_count }];
    });
  } finally {
    await client.close();
  }
}
