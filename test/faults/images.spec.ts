import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConfigOverrides } from '@abaco/config';
import { RestServer } from '../e2e/support/rest-server.js';
import { containersOfHost, removeContainersOfHost, removeImages } from '../support/docker-cli.js';
import { eventually } from '../support/eventually.js';
import { buildTestImages, SHELL_IMAGE } from '../support/images.js';
import { exportImage, type ImageContent } from '../support/registry/image-archive.js';
import { type Fault, type RegistryRequest, TestRegistry } from '../support/registry/test-registry.js';
import { ServerProcess } from '../support/server-process.js';

const SPAWNER = 'Spawner got an exception from call to start_worker. Exception:';

/** A registry that fails, and a real engine: each message ends in one final record, or its actor says what is wrong. */
describe('an image that is hard to get', () => {
  let registry: TestRegistry;
  let closed: TestRegistry;
  let server: RestServer;
  const names: string[] = [];
  const accounts = (): string[] => [`${closed.host}=ann:pass-wrong`, `${closed.host}=ann:pass-ann`];
  const start = (docker: ConfigOverrides['docker'] = {}): Promise<RestServer> =>
    RestServer.start('images', { docker: { pull_retry_delay: 0, registries: accounts(), ...docker } });

  beforeAll(async () => {
    await buildTestImages();
    registry = await TestRegistry.start();
    closed = await TestRegistry.start();
    closed.addUser('ann', 'pass-ann');
    server = await start();
  }, 120_000);

  beforeEach(() => {
    registry.fault = () => undefined;
  });

  afterAll(async () => {
    await server.close();
    await registry.close();
    await closed.close();
    await removeImages(names);
  }, 60_000);

  /** An image of its own: the engine has no part of it but the layer. */
  const push = async (repository: string, to = registry): Promise<{ name: string; image: ImageContent }> => {
    const image = await exportImage(SHELL_IMAGE, randomUUID());
    const name = to.push(repository, '1', image);
    names.push(name);
    return { name, image };
  };
  /** The first so many requests of that kind fail. */
  const failFirst = (count: number, fault: Fault, fails: (request: RegistryRequest) => boolean): void => {
    let left = count;
    registry.fault = (request) => (fails(request) && left-- > 0 ? fault : undefined);
  };
  const isRead = ({ method }: RegistryRequest): boolean => method === 'GET';

  const expectToRun = async (image: string, digest: string): Promise<void> => {
    const actor = await server.register({ image }, 'READY');
    const execution = await server.send(actor, 'echo ran');
    expect(await server.inStatus(actor, execution, 'COMPLETE')).toMatchObject({ exit_code: 0, image_digest: digest });
    expect(await server.logs(actor, execution)).toBe('ran\n');
    await server.call('DELETE', `/actors/${actor}`);
  };
  const errorOf = async (actor: string): Promise<string> =>
    String((await server.call('GET', `/actors/${actor}`)).result['status_message']);
  const inError = async (image: string): Promise<{ actor: string; execution: string; message: string }> => {
    const actor = await server.register({ image }, 'ERROR');
    const execution = await server.send(actor, 'echo ran');
    await server.inStatus(actor, execution, 'SUBMITTED');
    return { actor, execution, message: await errorOf(actor) };
  };

  it('since the registry breaks off in the middle is fetched again', async () => {
    const { name, image } = await push('cut/app');
    failFirst(2, 'cut', isRead);
    await expectToRun(name, image.manifest.digest);
    expect(registry.manifestRequests('cut/app').length).toBeGreaterThan(2);
  }, 60_000);

  it('since the registry limits the rate is fetched when it does not any more', async () => {
    const { name, image } = await push('limited/app');
    failFirst(3, 429, () => true);
    await expectToRun(name, image.manifest.digest);
  }, 60_000);

  it('since the first account is refused is fetched with the second', async () => {
    const { name, image } = await push('private/app', closed);
    await expectToRun(name, image.manifest.digest);
    expect(closed.manifestRequests('private/app').map(({ user }) => user)).toContain('ann');
  }, 60_000);

  it('since it does not exist puts the actor in ERROR, and what waits runs after an update', async () => {
    const name = `${registry.host}/no/such:1`;
    const { actor, execution, message } = await inError(name);
    expect(message).toBe(
      `${SPAWNER}Image ${name} was not found on the public registry. Correct the name or push the image; an image that is not ` +
        'public needs credentials for its registry.',
    );
    expect(registry.manifestRequests('no/such').filter(isRead).length).toBeLessThanOrEqual(1);
    const { name: right } = await push('such/app');
    await server.call('PUT', `/actors/${actor}`, { image: right });
    await server.inStatus(actor, execution, 'COMPLETE');
    await server.call('DELETE', `/actors/${actor}`);
  }, 60_000);

  it('for as long as the registry limits the rate puts the actor in ERROR, and a forced update gets it later', async () => {
    const { name } = await push('busy/app');
    registry.fault = () => 429;
    const { actor, execution, message } = await inError(name);
    expect(message.startsWith(`${SPAWNER}Error pulling image ${name} - exception: `)).toBe(true);
    expect(message).toMatch(
      /toomanyrequests.* The registry limits the number of pulls: it is asked again later, or at once when you update the actor with force\.$/,
    );
    expect(registry.manifestRequests('busy/app').length).toBeGreaterThanOrEqual(4);
    registry.fault = () => undefined;
    await server.call('PUT', `/actors/${actor}`, { image: name, force: true });
    await server.inStatus(actor, execution, 'COMPLETE');
    expect((await server.call('GET', `/actors/${actor}`)).result['status']).toBe('READY');
    await server.call('DELETE', `/actors/${actor}`);
  }, 60_000);

  it('since all accounts are refused puts the actor in ERROR without their passwords', async () => {
    closed.addUser('ann', 'pass-new');
    const { name } = await push('private/other', closed);
    const { actor, message } = await inError(name);
    closed.addUser('ann', 'pass-ann');
    expect(message).toMatch(/unauthorized.* The registry wants other credentials: ask the operator to set them/);
    expect(message).not.toMatch(/pass-/);
    await server.call('DELETE', `/actors/${actor}`);
  }, 60_000);

  it('is not waited for when the actor is deleted meanwhile', async () => {
    const patient = await start({ pull_attempts: 100, pull_retry_delay: 60 });
    try {
      const { name } = await push('patient/app');
      registry.fault = () => 503;
      const actor = await patient.register({ image: name }, 'SUBMITTED');
      await eventually('the worker waits for the image', async () => {
        const { result } = await patient.call<{ status: string }[]>('GET', `/actors/${actor}/workers`);
        return result[0]?.status === 'PULLING IMAGE' && registry.manifestRequests('patient/app').length > 0;
      });
      const begun = performance.now();
      const { message } = await patient.call('DELETE', `/actors/${actor}`);
      expect(message).toBe('Actor deleted successfully.');
      expect(performance.now() - begun).toBeLessThan(10_000);
    } finally {
      await patient.close();
    }
  }, 90_000);

  it('is fetched after all by a server that was killed while it came', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'abaco-images-'));
    const hostId = `killed-${randomUUID().slice(0, 8)}`;
    const settings = { 'general.data_dir': directory, 'spawner.host_id': hostId };
    const { name, image } = await push('killed/app');
    registry.fault = (request) => (isRead(request) ? 'hang' : undefined);
    let killed = await ServerProcess.start(settings);
    try {
      const { result } = await killed.call<{ id: string }>('POST', '/actors', { image: name });
      const path = `/actors/${result.id}`;
      const sent = await killed.call<{ execution_id: string }>('POST', `${path}/messages`, { message: 'echo ran' });
      await eventually('the pull has begun', () => registry.manifestRequests('killed/app').some(isRead));
      await killed.kill();
      registry.fault = () => undefined;
      killed = await ServerProcess.start(settings);
      const ended = await eventually(
        'the execution is complete',
        async () => {
          const answer = await killed.call<Record<string, unknown>>(
            'GET',
            `${path}/executions/${sent.result.execution_id}`,
          );
          return answer.result['status'] === 'COMPLETE' && answer.result;
        },
        90_000,
      );
      expect(ended).toMatchObject({ exit_code: 0, image_digest: image.manifest.digest });
      await killed.call('DELETE', path);
      await eventually('no container is left', async () => (await containersOfHost(hostId)).length === 0);
    } finally {
      await killed.stop();
      await removeContainersOfHost(hostId);
      await rm(directory, { recursive: true, force: true });
    }
  }, 180_000);
});
