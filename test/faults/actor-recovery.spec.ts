import { randomUUID } from 'node:crypto';
import { removeImages } from '../support/docker-cli.js';
import { eventually } from '../support/eventually.js';
import { buildTestImages, SHELL_IMAGE } from '../support/images.js';
import { exportImage } from '../support/registry/image-archive.js';
import { TestRegistry } from '../support/registry/test-registry.js';
import { WebhookReceiver } from '../support/webhook-receiver.js';
import { BROKERS } from './support/broker-kind.js';
import { Deployment } from './support/deployment.js';

/** Longest that an actor may stay in ERROR when its cause is gone: the pause here, and the look of the health check. */
const BACK_WITHIN_MS = 30_000;

describe.each(BROKERS)('beside the %s broker an actor in ERROR whose image could not be fetched', (broker) => {
  let registry: TestRegistry;
  let webhooks: WebhookReceiver;
  let bed: Deployment;
  const names: string[] = [];

  beforeAll(async () => {
    await buildTestImages();
    [registry, webhooks] = await Promise.all([TestRegistry.start(), WebhookReceiver.start()]);
    bed = await Deployment.start({
      broker,
      name: 'recovery',
      settings: {
        'docker.pull_attempts': '1',
        'docker.pull_retry_delay': '0',
        'workers.error_retry_delay': '1',
        'workers.error_retry_max_delay': '1',
        'web.metrics': 'public',
        'web.webhook_allowed_networks': '127.0.0.1',
      },
    });
  }, 120_000);
  afterAll(async () => {
    await bed?.stop();
    await Promise.all([registry.close(), webhooks.stop()]);
    await removeImages(names);
  }, 60_000);

  const actorOf = async (actor: string) => (await bed.server.call<Record<string, unknown>>('GET', actor)).result;
  const inStatus = (actor: string, status: string): Promise<unknown> =>
    eventually(`it is ${status}`, async () => (await actorOf(actor))['status'] === status, BACK_WITHIN_MS);
  const eventsOf = (actor: string): unknown[] =>
    webhooks.received
      .filter(({ body }) => `/actors/${String(body['actor_id'])}` === actor)
      .map(({ body }) => body['event_type']);
  const metric = async (line: string): Promise<number> => {
    const text = await (await fetch(`${bed.server.url}/metrics`)).text();
    const found = text.split('\n').find((other) => other.startsWith(`${line} `));
    return found === undefined ? 0 : Number(found.slice(line.length + 1));
  };
  const image = async (): Promise<{ repository: string; push: () => string }> => {
    const repository = `${randomUUID().slice(0, 8)}/app`;
    const content = await exportImage(SHELL_IMAGE, randomUUID());
    names.push(`${registry.host}/${repository}:1`);
    return { repository, push: () => registry.push(repository, '1', content) };
  };

  it.each([
    ['the registry limits the rate', 'image-rate-limit', 429],
    ['the registry breaks off', 'image-network', 'cut'],
    ['the registry refuses, of which the engine says the same', 'image-not-found', 403],
    ['it is not there', 'image-not-found', undefined],
  ] as const)(
    'since %s is READY again when that is over, and does what waited',
    async (_, cause, fault) => {
      const { repository, push } = await image();
      registry.fault = ({ path }) => (path.includes(repository) ? fault : undefined);
      const name = fault === undefined ? `${registry.host}/${repository}:1` : push();
      const actor = await bed.register({ image: name, webhook: webhooks.url });
      await inStatus(actor, 'ERROR');
      const execution = await bed.accepted(actor, 'echo ran');
      const tried = registry.manifestRequests(repository).length;
      await eventually('it is tried again', () => registry.manifestRequests(repository).length > tried, BACK_WITHIN_MS);
      const inError = await actorOf(actor);
      expect(inError['status']).toBe('ERROR');
      expect(inError['status_message']).toContain(name);
      const recoveries = await metric(`abaco_actor_recoveries_total{cause="${cause}"}`);

      if (fault === undefined) push();
      registry.fault = () => undefined;
      await inStatus(actor, 'READY');
      expect(await actorOf(actor)).toMatchObject({ status_message: ' ' });
      const records = await bed.settled();
      expect(records.get(execution)).toMatchObject({ status: 'COMPLETE', exit_code: 0, attempt: 1 });
      expect(await bed.logs(actor, execution)).toBe('ran\n');
      await eventually('its events have come', () => eventsOf(actor).length === 3);
      expect(eventsOf(actor)).toEqual(['ACTOR_ERROR', 'ACTOR_READY', 'EXECUTION_COMPLETE']);
      expect(await metric(`abaco_actor_errors_total{cause="${cause}"}`)).toBeGreaterThan(0);
      expect(await metric(`abaco_actor_recoveries_total{cause="${cause}"}`)).toBe(recoveries + 1);
    },
    90_000,
  );

  it('leaves nothing when it is deleted', () => bed.emptied(), 120_000);
});
