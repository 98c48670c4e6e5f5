import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { AmqpClient } from '../support/amqp-client.js';
import { eventually } from '../support/eventually.js';

const root = new URL('../../', import.meta.url).pathname;

const script = `
  const { EmbeddedBroker } = await import('@abaco/embedded');
  await EmbeddedBroker.start({ directory: process.argv[1] });
  console.log('ready');
`;

/** Starts a broker in a process of its own. */
async function startBroker(directory: string): Promise<ChildProcess> {
  const child = spawn(
    process.execPath,
    ['--import', './test/support/register-ts.mjs', '--input-type=module', '-e', script, directory],
    { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  await once(createInterface(child.stdout), 'line');
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

describe('embedded broker, killed', () => {
  let directory: string;
  let child: ChildProcess;
  const socketPath = () => join(directory, 'broker.sock');

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'abaco-broker-kill-'));
    child = await startBroker(directory);
  });
  afterEach(async () => {
    if (child.exitCode === null && child.signalCode === null) await kill(child);
    rmSync(directory, { recursive: true });
  });

  it('has every accepted message after kill -9 in the middle of publishing, once and in order', async () => {
    const client = await AmqpClient.connect(socketPath());
    await client.request('PUT', '/queues/q');
    const accepted: number[] = [];
    let published = 0;
    let lost = false;
    const publisher = async () => {
      while (!lost) {
        const id = published++;
        const outcome = await client
          .send({ to: '/queues/q', message_id: id, body: 'x'.repeat(500) })
          .catch(() => undefined);
        if (outcome === 'accepted') accepted.push(id);
        else lost = true;
      }
    };
    const publishers = Array.from({ length: 200 }, publisher);
    await eventually('much is accepted', () => accepted.length > 3000);
    await kill(child);
    await Promise.all(publishers);

    child = await startBroker(directory);
    const stored = await consumeAll(socketPath());
    expect(stored).toEqual([...new Set(stored)].sort((a, b) => a - b));
    const found = new Set(stored);
    expect(accepted.filter((id) => !found.has(id))).toEqual([]);
  });

  it('has every message that no consumer accepted after kill -9 in the middle of consuming', async () => {
    const client = await AmqpClient.connect(socketPath());
    await client.request('PUT', '/queues/q');
    const ids = Array.from({ length: 5000 }, (_, id) => id);
    await Promise.all(ids.map((id) => client.send({ to: '/queues/q', message_id: id, body: 'x' })));
    const inbox = await client.inbox('/queues/q');
    inbox.receiver.on('message', ({ delivery }: { delivery: { accept(): void } }) => {
      // Every second delivery stays in hand until the kill.
      if (inbox.received.length % 2 === 0) delivery.accept();
      inbox.receiver.add_credit(1);
    });
    inbox.receiver.add_credit(100);
    await inbox.has(1500);
    await kill(child);
    const accepted = new Set(
      inbox.received.filter(({ delivery }) => delivery.settled).map(({ message }) => message.message_id),
    );

    child = await startBroker(directory);
    const stored = await consumeAll(socketPath());
    expect(stored).toEqual([...new Set(stored)].sort((a, b) => a - b));
    const found = new Set(stored);
    // Delivery is at least once: what was accepted may come again, what was not must.
    expect(ids.filter((id) => !accepted.has(id) && !found.has(id))).toEqual([]);
    expect(found.size).toBeLessThan(ids.length);
  });

  it('starts again at once on the socket and the directory that the dead process left behind', async () => {
    await kill(child);
    child = await startBroker(directory);
    const client = await AmqpClient.connect(socketPath());
    expect(await client.request('PUT', '/queues/q')).toMatchObject({ status: '201' });
    await client.close();
  });
});

/** Takes all messages of the queue, one page of credit after another. @returns their ids as they came. */
async function consumeAll(socketPath: string): Promise<number[]> {
  const client = await AmqpClient.connect(socketPath);
  const { body } = await client.request('GET', '/queues/q');
  const count = Number((body as { message_count: number }).message_count);
  const inbox = await client.inbox('/queues/q');
  inbox.receiver.on('message', ({ delivery }: { delivery: { accept(): void } }) => {
    delivery.accept();
    inbox.receiver.add_credit(1);
  });
  inbox.receiver.add_credit(500);
  const received = await inbox.has(count);
  await client.close();
  return received.map(({ message }) => Number(message.message_id));
}
