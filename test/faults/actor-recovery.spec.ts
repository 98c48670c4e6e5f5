import { randomUUID } from 'node:crypto';
import { RestServer } from '../e2e/support/rest-server.js';
import { removeImages } from '../support/docker-cli.js';
import { eventually } from '../support/eventually.js';
import { buildTestImages, SHELL_IMAGE } from '../support/images.js';
import { exportImage } from '../support/registry/image-archive.js';
import { TestRegistry } from '../support/registry/test-registry.js';
import { WebhookReceiver } from '../support/webhook-receiver.js';

/** Longest that an actor may stay in ERROR when its cause is gone: the pause here, and the look of the health check. */
const BACK_WITHIN_MS = 30_000;

describe('an actor in ERROR whose image could not be fetched', () => {
  let registry: TestRegistry;
  let webhooks: WebhookReceiver;
  let server: RestServer;
  const names: string[] = [];

  beforeAll(async () => {
    await buildTestImages();
    [registry, webhooks] = await Promise.all([TestRegistry.start(), WebhookReceiver.start()]);
    server = await RestServer.start('recovery', {
      general: { check_seconds: 2 },
      docker: { pull_attempts: 1, pull_retry_delay: 0 },
      workers: { error_retry_delay: 1, error_retry_max_delay: 1 },
      web: { metrics: 'public', webhook_allowed_networks: ['127.0.0.1'] },
    });
  }, 120_000);
  afterAll(async () => {
    await server.close();
    await Promise.all([registry.close(), webhooks.stop()]);
    await removeImages(names);
  }, 60_000);

  const actorOf = async (actor: string) => (await server.call('GET', `/actors/${actor}`)).result;
  const eventsOf = (actor: string): unknown[] =>
    webhooks.received.filter(({ body }) => body['actor_id'] === actor).map(({ body }) => body['event_type']);
  const metric = async (line: string): Promise<number> => {
    const text = await (await fetch(`${server.running.url}/metrics`)).text();
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
      const actor = await server.register({ image: name, webhook: webhooks.url }, 'ERROR');
      const execution = await server.send(actor, 'echo ran');
      const tried = registry.manifestRequests(repository).length;
      await eventually('it is tried again', () => registry.manifestRequests(repository).length > tried, BACK_WITHIN_MS);
      const inError = await actorOf(actor);
      expect(inError['status']).toBe('ERROR');
      expect(inError['status_message']).toContain(name);
      const recoveries = await metric(`abaco_actor_recoveries_total{cause="${cause}"}`);

      if (fault === undefined) push();
      registry.fault = () => undefined;
      await eventually('it is READY', async () => (await actorOf(actor))['status'] === 'READY', BACK_WITHIN_MS);
      expect(await actorOf(actor)).toMatchObject({ status_message: ' ' });
      await server.inStatus(actor, execution, 'COMPLETE');
      await eventually('its events have come', () => eventsOf(actor).length === 3);
      expect(eventsOf(actor)).toEqual(['ACTOR_ERROR', 'ACTOR_READY', 'EXECUTION_COMPLETE']);
      expect(await metric(`abaco_actor_errors_total{cause="${cause}"}`)).toBeGreaterThan(0);
      expect(await metric(`abaco_actor_recoveries_total{cause="${cause}"}`)).toBe(recoveries + 1);
      await server.call('DELETE', `/actors/${actor}`);
    },
    90_000,
  );
});
