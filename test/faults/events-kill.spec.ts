import { eventually } from '../support/eventually.js';
import { ECHO_IMAGE } from '../support/images.js';
import { WebhookReceiver } from '../support/webhook-receiver.js';
import { BROKERS } from './support/broker-kind.js';
import { Deployment } from './support/deployment.js';

interface Summary {
  readonly executions: readonly { readonly id: string; readonly status: string }[];
}

const MESSAGES = 40;

describe.each(BROKERS)('events, when the server is killed with -9 beside the %s broker,', (broker) => {
  let bed: Deployment;
  let hook: WebhookReceiver;

  beforeAll(async () => {
    hook = await WebhookReceiver.start();
    bed = await Deployment.start({
      broker,
      name: 'eventskill',
      settings: { 'web.webhook_allowed_networks': '127.0.0.1' },
    });
  }, 120_000);
  afterAll(async () => {
    await bed?.stop();
    await hook?.stop();
  }, 60_000);

  it('reach the webhook at least once, in order, and the linked actor once each', async () => {
    // every third attempt fails, so that kills hit deliveries that are under way and ones that wait
    hook.status = (_, count) => (count % 3 === 0 ? 503 : 200);
    const listener = await bed.register({ image: ECHO_IMAGE });
    const link = listener.split('/').at(-1);
    const source = await bed.register({ image: ECHO_IMAGE, link, webhook: hook.url, max_workers: 2 });
    const executions = async (actor: string): Promise<Summary['executions']> =>
      (await bed.server.call<Summary>('GET', `${actor}/executions`)).result.executions;
    for (let sent = 0; sent < MESSAGES; sent++) await bed.accepted(source, `${sent}`);
    for (const count of [3, 12, 25]) {
      await eventually('some are delivered', () => Promise.resolve(hook.received.length >= count), 120_000);
      await bed.replaceServer();
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
    expect((await bed.settled()).size).toBe(2 * MESSAGES + 1);
    await bed.emptied();
  }, 400_000);
});
