import { eventually } from '../support/eventually.js';
import { buildTestImages, ECHO_IMAGE } from '../support/images.js';
import { type ReceivedEvent, WebhookReceiver } from '../support/webhook-receiver.js';
import { RestServer } from './support/rest-server.js';

/** Its actors are in ERROR. */
const MISSING_IMAGE = 'abaco/there-is-no-such-image';

interface Execution {
  readonly id: string;
  readonly status: string;
}

describe('events of actors', () => {
  let rest: RestServer;
  let hook: WebhookReceiver;

  beforeAll(async () => {
    await buildTestImages();
    hook = await WebhookReceiver.start();
    rest = await RestServer.start('events', {
      web: { webhook_allowed_networks: ['127.0.0.1'], webhook_secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' },
    });
  });
  afterAll(async () => {
    await rest.close();
    await hook.stop();
  });
  beforeEach(() => {
    hook.received.length = 0;
    hook.status = () => 200;
  });

  const executions = async (actor: string): Promise<Execution[]> =>
    (await rest.call<{ executions: Execution[] }>('GET', `/actors/${actor}/executions`)).result.executions;
  const completed = (actor: string, count: number): Promise<Execution[]> =>
    eventually(`${count} executions are complete`, async () => {
      const all = await executions(actor);
      return all.filter(({ status }) => status === 'COMPLETE').length === count && all;
    });
  const logs = async (actor: string, { id }: Execution): Promise<string> =>
    (await rest.call<{ logs: string }>('GET', `/actors/${actor}/executions/${id}/logs`)).result.logs;

  it('reach the linked actor by its alias, READY first, as messages that are run', async () => {
    const listener = await rest.register({ image: ECHO_IMAGE });
    await rest.call('POST', '/actors/aliases', { alias: 'listener', actor_id: listener });
    const source = await rest.register({ image: ECHO_IMAGE, link: 'listener' });
    const execution = await rest.send(source, 'hello');
    const [ready, complete] = await completed(listener, 2);
    const first = await logs(listener, ready as Execution);
    expect(first).toContain("'event_type': 'ACTOR_READY'");
    expect(first).toContain(`'actor_id': '${source}'`);
    expect(first).toContain("'status_message': ' '");
    expect(first).toMatch(/'event_time_utc': '\d{4}-.*Z'.*'event_time_display': '/);
    expect(first).toContain(`'_abaco_link': 'DEV_${listener}'`);
    expect(first.split('\n')).toEqual(
      expect.arrayContaining(['_abaco_Content_Type=application/json', '_abaco_username=Abaco Event']),
    );
    const second = await logs(listener, complete as Execution);
    expect(second).toContain("'event_type': 'EXECUTION_COMPLETE'");
    expect(second).toContain(`'execution_id': '${execution}'`);
    expect(second).toContain("'exit_code': 0");
    const shown = await rest.call('GET', `/actors/${listener}/executions/${(complete as Execution).id}`);
    expect(shown.result['executor']).toBe('Abaco Event');
    expect(JSON.stringify(shown.result)).not.toMatch(/event_path|pending_events/);
  });

  it('reach webhook and link of one actor, signed, in order', async () => {
    const listener = await rest.register({ image: ECHO_IMAGE });
    const source = await rest.register({ image: ECHO_IMAGE, link: listener, webhook: hook.url });
    const execution = await rest.send(source, 'hello');
    await completed(listener, 2);
    await eventually('the webhook has both', () => Promise.resolve(hook.received.length === 2));
    const [ready, complete] = hook.received;
    expect(ready?.body).toMatchObject({
      event_type: 'ACTOR_READY',
      tenant_id: 'DEV',
      actor_id: source,
      actor_dbid: `DEV_${source}`,
      _abaco_link: `DEV_${listener}`,
      _abaco_webhook: hook.url,
      _abaco_Content_Type: 'application/json',
      _abaco_username: 'Abaco Event',
      _abaco_api_server: expect.stringMatching(/^http/) as string,
    });
    expect(complete?.body).toMatchObject({
      event_type: 'EXECUTION_COMPLETE',
      execution_id: execution,
      status: 'COMPLETE',
      exit_code: 0,
    });
    expect(ready?.headers).toMatchObject({
      'content-type': 'application/json',
      'webhook-signature': expect.stringMatching(/^v1,/) as string,
    });
    expect(ready?.headers['webhook-id']).not.toBe(complete?.headers['webhook-id']);
  });

  it('are sent to a webhook until it takes them, the same one again', async () => {
    hook.status = (_, count) => [500, 302][count - 1] ?? 200;
    await rest.register({ image: ECHO_IMAGE, webhook: hook.url });
    await eventually('the third attempt was made', () => Promise.resolve(hook.received.length === 3));
    expect(new Set(hook.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(hook.received.map(({ body }) => body['event_type'])).toEqual(Array(3).fill('ACTOR_READY'));
  });

  it('run another actor when the webhook is its messages with a nonce', async () => {
    const listener = await rest.register({ image: ECHO_IMAGE });
    const nonce = await rest.call<{ id: string }>('POST', `/actors/${listener}/nonces`, { level: 'EXECUTE' });
    const webhook = `${rest.running.url}/actors/${listener}/messages?x-nonce=${nonce.result.id}`;
    await rest.register({ image: ECHO_IMAGE, webhook });
    const [ready] = await completed(listener, 1);
    const log = await logs(listener, ready as Execution);
    expect(log).toContain("'event_type': 'ACTOR_READY'");
    expect(log).toContain("'_abaco_username': 'Abaco Event'");
    expect(log).toContain('_abaco_Content_Type=application/json');
  });

  it('tell of errors', async () => {
    const source = await rest.register({ image: MISSING_IMAGE, webhook: hook.url }, 'ERROR');
    await eventually('the webhook knows', () => Promise.resolve(hook.received.length === 1));
    expect(hook.received[0]?.body).toMatchObject({
      event_type: 'ACTOR_ERROR',
      actor_id: source,
      status_message: expect.stringContaining('there-is-no-such-image') as string,
    });
  });

  it('of one actor do not wait for the webhook of another that does not answer', async () => {
    const isSlow = ({ body }: ReceivedEvent): boolean => String(body['_abaco_webhook']).endsWith('&slow');
    hook.status = (event) => (isSlow(event) ? 'never' : 200);
    const slow = await Promise.all(
      Array.from({ length: 40 }, () =>
        rest.call<{ id: string }>('POST', '/actors', { image: MISSING_IMAGE, webhook: `${hook.url}&slow` }),
      ),
    );
    const tried = () => new Set(hook.received.filter(isSlow).map(({ body }) => body['actor_id'])).size;
    await eventually('all slow ones are tried', () => Promise.resolve(tried() === slow.length), 60_000);
    const listener = await rest.register({ image: ECHO_IMAGE });
    await rest.register({ image: ECHO_IMAGE, link: listener, webhook: hook.url });
    await completed(listener, 1);
    await eventually(
      'the webhook has it',
      () => Promise.resolve(hook.received.some((event) => !isSlow(event))),
      25_000,
    );
    for (const { result } of slow) await rest.call('DELETE', `/actors/${result.id}`);
  }, 120_000);

  it('never go round in circles', async () => {
    const first = await rest.register({ image: ECHO_IMAGE });
    const second = await rest.register({ image: ECHO_IMAGE, link: first });
    const circle = await rest.call('PUT', `/actors/${first}`, { image: ECHO_IMAGE, link: second });
    expect(circle).toMatchObject({
      code: 400,
      message: 'Error: this update would result in a cycle of linked actors.',
    });
    // an alias that changes its actor closes a circle that no check of a link can see
    const other = await rest.register({ image: ECHO_IMAGE });
    await rest.call('POST', '/actors/aliases', { alias: 'round', actor_id: other });
    await rest.call('PUT', `/actors/${first}`, { image: ECHO_IMAGE, link: 'round' });
    await rest.call('PUT', '/actors/aliases/round', { actor_id: second });
    await completed(first, 1); // second's READY
    await rest.send(second, 'hello');
    await completed(first, 2);
    await rest.send(first, 'hello');
    await completed(second, 2); // a circle would have brought the event of its own execution before this
    await rest.send(second, 'once more');
    await completed(first, 4);
    expect([(await executions(first)).length, (await executions(second)).length]).toEqual([4, 3]);
  });
});

describe('webhooks to addresses that are not public', () => {
  let rest: RestServer;
  let hook: WebhookReceiver;

  beforeAll(async () => {
    await buildTestImages();
    hook = await WebhookReceiver.start();
    rest = await RestServer.start('private');
  });
  afterAll(async () => {
    await rest.close();
    await hook.stop();
  });

  it('are given up without a connection, and the link of the actor gets its events', async () => {
    const listener = await rest.register({ image: ECHO_IMAGE });
    const source = await rest.register({ image: ECHO_IMAGE, link: listener, webhook: hook.url });
    await rest.send(source, 'hello');
    await eventually('the link has both', async () => {
      const { result } = await rest.call<{ executions: Execution[] }>('GET', `/actors/${listener}/executions`);
      return result.executions.length === 2;
    });
    expect(hook.received).toEqual([]);
  });

  it.each([
    ['must be a URL that begins with http:// or https://.', 'ftp://example.org/'],
    ['must be a URL that begins with http:// or https://.', 'nonsense'],
    [
      'must not contain a user name or password: everybody who may read the actor would see them.',
      'https://user:password@example.org/',
    ],
    ['has more than 2048 characters.', `https://example.org/${'x'.repeat(2_048)}`],
  ])('are refused: one %s', async (reason, webhook) => {
    expect(await rest.call('POST', '/actors', { image: ECHO_IMAGE, webhook })).toMatchObject({
      code: 400,
      message: `Invalid actor description: webhook ${reason}`,
    });
  });
});
