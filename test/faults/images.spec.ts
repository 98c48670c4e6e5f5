import { randomUUID } from 'node:crypto';
import { containersOfHost, removeContainersOfHost, removeImages } from '../support/docker-cli.js';
import { eventually } from '../support/eventually.js';
import { buildTestImages, SHELL_IMAGE } from '../support/images.js';
import { exportImage, type ImageContent } from '../support/registry/image-archive.js';
import { type Fault, type RegistryRequest, TestRegistry } from '../support/registry/test-registry.js';
import { BROKERS } from './support/broker-kind.js';
import { Deployment } from './support/deployment.js';

const SPAWNER = 'Spawner got an exception from call to start_worker. Exception:';

const WAITING_WORKERS = 4;

/** A registry that fails, and a real engine: each message ends in one final record, or its actor says what is wrong. */
describe.each(BROKERS)('beside the %s broker an image that is hard to get', (broker) => {
  let registry: TestRegistry;
  let closed: TestRegistry;
  let bed: Deployment;
  const names: string[] = [];
  beforeAll(async () => {
    await buildTestImages();
    registry = await TestRegistry.start();
    closed = await TestRegistry.start();
    closed.addUser('ann', 'pass-ann');
    const accounts = [`${closed.host}=ann:pass-wrong`, `${closed.host}=ann:pass-ann`];
    bed = await Deployment.start({
      name: 'images',
      broker,
      settings: { 'docker.pull_retry_delay': '0', 'docker.registries': accounts.join(',') },
    });
  }, 180_000);

  beforeEach(() => {
    registry.fault = () => undefined;
  });

  afterAll(async () => {
    await bed?.stop();
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

  const shown = async (actor: string): Promise<Record<string, unknown>> =>
    (await bed.server.call<Record<string, unknown>>('GET', actor)).result;
  const registered = async (image: string, status: string): Promise<string> => {
    const actor = await bed.register({ image });
    await eventually(`the actor is ${status}`, async () => (await shown(actor))['status'] === status);
    return actor;
  };
  const expectToRun = async (image: string, digest: string): Promise<void> => {
    const actor = await registered(image, 'READY');
    const execution = await bed.accepted(actor, 'echo ran');
    expect((await bed.settled()).get(execution)).toMatchObject({
      status: 'COMPLETE',
      exit_code: 0,
      attempt: 1,
      image_digest: digest,
    });
    expect(await bed.logs(actor, execution)).toBe('ran\n');
  };
  /** A message is waiting for it. */
  const inError = async (image: string): Promise<{ actor: string; execution: string; message: string }> => {
    const actor = await registered(image, 'ERROR');
    const execution = await bed.accepted(actor, 'echo ran');
    expect(await bed.execution(actor, execution)).toMatchObject({ status: 'SUBMITTED' });
    return { actor, execution, message: String((await shown(actor))['status_message']) };
  };
  const expectEnd = async (execution: string): Promise<void> => {
    expect((await bed.settled()).get(execution)).toMatchObject({ status: 'COMPLETE', exit_code: 0, attempt: 1 });
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

  it('that many workers wait for is fetched once', async () => {
    const { name, image } = await push('many/app');
    let letGo = (): void => undefined;
    registry.hold = new Promise((resolve) => (letGo = resolve));
    const actors = await Promise.all(Array.from({ length: WAITING_WORKERS }, () => bed.register({ image: name })));
    await eventually('all workers wait for the image', async () => {
      const lists = await Promise.all(
        actors.map((actor) => bed.server.call<{ status: string }[]>('GET', `${actor}/workers`)),
      );
      return lists.every(({ result }) => result[0]?.status === 'PULLING IMAGE');
    }).finally(letGo);
    const executions = await Promise.all(actors.map((actor) => bed.accepted(actor, 'echo ran')));
    const records = await bed.settled();
    for (const id of executions) {
      expect(records.get(id)).toMatchObject({ exit_code: 0, image_digest: image.manifest.digest });
    }
    // one that starts when the image is there would ask for the manifest, whether it is the newest, and for nothing else
    const fetched = registry.blobRequests('many/app').map(({ path }) => path);
    expect(fetched.filter((path) => path.endsWith(image.config.digest))).toHaveLength(1);
    expect(new Set(fetched).size).toBe(fetched.length);
  }, 90_000);

  it('since it does not exist puts the actor in ERROR, and what waits runs after an update', async () => {
    const name = `${registry.host}/no/such:1`;
    const { actor, execution, message } = await inError(name);
    expect(message).toBe(
      `${SPAWNER}Image ${name} was not found on the public registry. Correct the name or push the image; an image that is not ` +
        'public needs credentials for its registry.',
    );
    expect(registry.manifestRequests('no/such').filter(isRead).length).toBeLessThanOrEqual(1);
    const { name: right } = await push('such/app');
    await bed.server.call('PUT', actor, { image: right });
    await expectEnd(execution);
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
    await bed.server.call('PUT', actor, { image: name, force: true });
    await expectEnd(execution);
    expect((await shown(actor))['status']).toBe('READY');
  }, 60_000);

  it('since all accounts are refused puts the actor in ERROR without their passwords', async () => {
    closed.addUser('ann', 'pass-new');
    const { name } = await push('private/other', closed);
    const { actor, execution, message } = await inError(name);
    closed.addUser('ann', 'pass-ann');
    expect(message).toMatch(/unauthorized.* The registry wants other credentials: ask the operator to set them/);
    expect(message + bed.server.log).not.toMatch(/pass-(ann|wrong|new)/);
    await bed.server.call('PUT', actor, { image: name, force: true });
    await expectEnd(execution);
  }, 60_000);

  it('since no registry answers puts the actor in ERROR, and what waits is told when it is deleted', async () => {
    const silent = await TestRegistry.start();
    const name = `${silent.host}/app:1`;
    await silent.close();
    const { actor, execution, message } = await inError(name);
    expect(message.startsWith(`${SPAWNER}Error pulling image ${name} - exception: `)).toBe(true);
    expect(message).toMatch(
      /connection refused.* The registry does not answer, or broke off: check its name\. It is asked again/,
    );
    expect((await bed.server.call('DELETE', actor)).status).toBe(200);
    expect((await bed.settled()).get(execution)).toMatchObject({ status: 'ERROR', error: 'The actor was deleted.' });
  }, 60_000);

  it('is not waited for when the actor is deleted meanwhile', async () => {
    const hostId = `${bed.hostId}-patient`;
    const patient = await bed.startAnother(hostId, {
      'docker.pull_attempts': '100',
      'docker.pull_retry_delay': '60',
      'spawner.host_queues': 'patient',
    });
    try {
      const { name } = await push('patient/app');
      registry.fault = () => 503;
      const registered = await patient.call<{ id: string }>('POST', '/actors', { image: name, queue: 'patient' });
      const actor = `/actors/${registered.result.id}`;
      await eventually('the worker waits for the image', async () => {
        const { result } = await patient.call<{ status: string }[]>('GET', `${actor}/workers`);
        return result[0]?.status === 'PULLING IMAGE' && registry.manifestRequests('patient/app').length > 0;
      });
      const begun = performance.now();
      const { message } = await patient.call('DELETE', actor);
      expect(message).toBe('Actor deleted successfully.');
      expect(performance.now() - begun).toBeLessThan(10_000);
    } finally {
      await patient.stop();
      expect(await containersOfHost(hostId)).toEqual([]);
      await removeContainersOfHost(hostId);
    }
  }, 90_000);

  it('is fetched after all by a server that was killed while it came', async () => {
    const { name, image } = await push('killed/app');
    registry.fault = (request) => (isRead(request) ? 'hang' : undefined);
    const actor = await bed.register({ image: name });
    const execution = await bed.accepted(actor, 'echo ran');
    await eventually('the pull has begun', () => registry.manifestRequests('killed/app').some(isRead));
    await bed.server.kill();
    registry.fault = () => undefined;
    await bed.startServer();
    expect((await bed.settled()).get(execution)).toMatchObject({
      status: 'COMPLETE',
      exit_code: 0,
      image_digest: image.manifest.digest,
    });
  }, 180_000);

  it('leaves nothing when the actors are deleted', () => bed.emptied(), 120_000);
});
