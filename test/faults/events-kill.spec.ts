import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeContainersOfHost } from '../support/docker-cli.js';
import { eventually } from '../support/eventually.js';
import { buildTestImages, ECHO_IMAGE } from '../support/images.js';
import { ServerProcess } from '../support/server-process.js';
import { WebhookReceiver } from '../support/webhook-receiver.js';

interface Summary {
  readonly executions: readonly { readonly id: string; readonly status: string }[];
}

const MESSAGES = 40;

describe('events, when the server is killed with -9', () => {
  const hostId = `events-kill-${randomUUID().slice(0, 8)}`;
  let directory: string;
  let server: ServerProcess;
  let hook: WebhookReceiver;

  beforeAll(async () => {
    await buildTestImages();
    directory = await mkdtemp(join(tmpdir(), 'abaco-events-kill-'));
    hook = await WebhookReceiver.start();
  });
  afterAll(async () => {
    await server?.stop();
    await hook?.stop();
    await removeContainersOfHost(hostId);
    await rm(directory, { recursive: true, force: true });
  });

  it('reach the webhook at least once, in order, and the linked actor once each', async () => {
    const settings = {
      'general.data_dir': directory,
      'spawner.host_id': hostId,
      'web.webhook_allowed_networks': '127.0.0.1',
    };
    // every third attempt fails, so that kills hit deliveries that are under way and ones that wait
    hook.status = (_, count) => (count % 3 === 0 ? 503 : 200);
    server = await ServerProcess.start(settings);
    const listener = (await server.call<{ id: string }>('POST', '/actors', { image: ECHO_IMAGE })).result.id;
    const description = { image: ECHO_IMAGE, link: listener, webhook: hook.url, max_workers: 2 };
    const source = (await server.call<{ id: string }>('POST', '/actors', description)).result.id;
    const executions = async (actor: string): Promise<Summary['executions']> =>
      (await server.call<Summary>('GET', `/actors/${actor}/executions`)).result.executions;
    for (let sent = 0; sent < MESSAGES; sent++) {
      const { status } = await server.call('POST', `/actors/${source}/messages`, { message: `${sent}` });
      expect(status).toBe(200);
    }
    for (const count of [3, 12, 25]) {
      await eventually('some are delivered', () => Promise.resolve(hook.received.length >= count), 120_000);
      await server.kill();
      server = await ServerProcess.start(settings);
    }
    const delivered = await eventually(
      'all events are delivered',
      async () => {
        const all = await executions(listener);
        const ids = new Set(hook.received.map(({ headers }) => headers['webhook-id']));
        const done = all.filter(({ status }) => status === 'COMPLETE').length;
        return done > MESSAGES && ids.size > MESSAGES && all;
      },
      120_000,
    );
    // each kill may have left the actor READY; it never became READY again
    expect(delivered).toHaveLength(MESSAGES + 1);
    expect(hook.received[0]?.body['event_type']).toBe('ACTOR_READY');
    const complete = new Set(
      hook.received.map(({ body }) => body['execution_id']).filter((execution) => execution !== undefined),
    );
    expect(complete).toEqual(new Set((await executions(source)).map(({ id }) => id)));
    expect(complete.size).toBe(MESSAGES);
  }, 300_000);
});
