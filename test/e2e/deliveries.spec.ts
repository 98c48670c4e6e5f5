import { eventually } from '../support/eventually.js';
import { WebhookReceiver } from '../support/webhook-receiver.js';
import { JwtServer } from './support/jwt-server.js';

interface Delivery {
  readonly event_type: string;
  readonly target: string;
  readonly address: string;
  readonly status: string;
  readonly attempts: number;
  readonly last_error: string | null;
  readonly next_attempt_time: string | null;
}

describe('deliveries of events over REST', () => {
  let server: JwtServer;
  let hook: WebhookReceiver;
  beforeAll(async () => {
    hook = await WebhookReceiver.start();
    const web = { webhook_allowed_networks: ['127.0.0.0/8'] };
    server = await JwtServer.start(
      { web, workers: { init_count: 1 } },
      { engine: 'none', functions: { nothing: () => undefined } },
    );
  });
  afterAll(async () => {
    await server.close();
    await hook.stop();
  });

  const listed = async (
    actor: string,
    user = 'jdoe',
    query = '',
  ): Promise<{ message: string; deliveries: Delivery[]; link: string | null }> => {
    const path = `/actors/${actor}/deliveries${query}`;
    const { result, message, headers } = await server.as(user)<{ deliveries: Delivery[] } | null>('GET', path);
    return { message, deliveries: result?.deliveries ?? [], link: headers.get('link') };
  };

  it('show what was tried, what comes next, and what was delivered, to those who may read the actor', async () => {
    hook.status = () => 503;
    const { result } = await server.as('jdoe')<{ id: string }>('POST', '/actors', {
      image: 'function:nothing',
      webhook: hook.url,
    });
    const failed = await eventually('an attempt has failed', async () => {
      const [delivery] = (await listed(result.id)).deliveries;
      return delivery && delivery.attempts > 0 && delivery;
    });
    expect(failed).toMatchObject({
      event_type: 'ACTOR_READY',
      target: 'webhook',
      address: hook.url.replace(/\?.*/, ''),
      status: 'WAITING',
      last_error: 'Status 503.',
      next_attempt_time: expect.any(String) as string,
    });
    await server.as('jdoe')('POST', `/actors/${result.id}/messages`, { message: 'x' });
    await eventually('the second waits behind the first', async () => {
      const { deliveries } = await listed(result.id);
      return deliveries.length === 2 && deliveries[0]?.next_attempt_time === null;
    });
    hook.status = () => 200;
    const delivered = await eventually('both are delivered', async () => {
      const { deliveries } = await listed(result.id);
      return deliveries.every(({ status }) => status === 'DELIVERED') && deliveries;
    });
    expect(delivered.map(({ event_type }) => event_type)).toEqual(['EXECUTION_COMPLETE', 'ACTOR_READY']);
    const first = await listed(result.id, 'jdoe', '?page_size=1');
    expect([first.deliveries.length, first.link]).toEqual([1, expect.stringContaining('rel="next"')]);
    expect((await listed(result.id, 'eve')).message).toBe('Not authorized -- you do not have access to this actor.');
  });
});
