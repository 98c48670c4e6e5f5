import { AmqpClient } from '../../support/amqp-client.js';

/** Names of all queues of a RabbitMQ but the command channels, which stay. @param uri of its management API, with name and password */
export async function mailboxesOfRabbitMq(uri: string): Promise<string[]> {
  const { username, password, origin } = new URL(uri);
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  const response = await fetch(`${origin}/api/queues`, { headers: { authorization } });
  if (!response.ok) throw new Error(`The management API answered ${response.status}.`);
  const names = ((await response.json()) as { name: string }[]).map(({ name }) => name);
  return names.filter((name) => !name.startsWith('command_channel_'));
}

/** The mailboxes of these actors that the embedded broker has. @param actors public ids, of the tenant DEV */
export async function mailboxesOfEmbedded(socketPath: string, actors: readonly string[]): Promise<string[]> {
  const client = await AmqpClient.connect(socketPath);
  try {
    const names = actors.map((id) => `actor_msg_DEV_${id}`);
    const answers = await Promise.all(names.map((name) => client.request('GET', `/queues/${name}`)));
    return names.filter((_, index) => answers[index]?.status !== '404');
  } finally {
    await client.close();
  }
}
