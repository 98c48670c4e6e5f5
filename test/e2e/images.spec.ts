import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { removeImages } from '../support/docker-cli.js';
import { eventually } from '../support/eventually.js';
import { buildTestImages, SHELL_IMAGE } from '../support/images.js';
import { exportImage, type ImageContent } from '../support/registry/image-archive.js';
import { TestRegistry } from '../support/registry/test-registry.js';
import { RestServer } from './support/rest-server.js';

const run = promisify(execFile);
const A = { tenant: 'TENANT-A' };
const B = { tenant: 'TENANT-B' };

describe('images of actors', () => {
  let registry: TestRegistry;
  let server: RestServer;
  let image: ImageContent;
  const names: string[] = [];

  beforeAll(async () => {
    await buildTestImages();
    registry = await TestRegistry.start();
    registry.addUser('ann', 'pass-ann');
    registry.addUser('bob', 'pass-bob');
    image = await exportImage(SHELL_IMAGE, randomUUID());
    const { host } = registry;
    server = await RestServer.start('images', {
      docker: { image_max_age: 2 },
      tenants: {
        [A.tenant]: { registries: [`${host}=ann:pass-ann`] },
        [B.tenant]: { registries: [`${host}=bob:pass-bob`] },
      },
    });
  }, 120_000);

  afterAll(async () => {
    await server.close();
    await registry.close();
    await removeImages(names);
  }, 60_000);

  const push = (content: ImageContent, readers: readonly string[]): string => {
    const name = registry.push(`app-${names.length}`, '1', content, readers);
    names.push(name);
    return name;
  };
  const register = async (fields: object, status: string, headers: Record<string, string>): Promise<string> => {
    const { result } = await server.call<{ id: string }>('POST', '/actors', fields, headers);
    await eventually(`the actor is ${status}`, async () => {
      return (await server.call('GET', `/actors/${result.id}`, undefined, headers)).result['status'] === status;
    });
    return result.id;
  };
  const runs = async (actor: string, headers: Record<string, string>): Promise<Record<string, unknown>> => {
    const execution = await server.send(actor, 'echo ran', headers);
    return eventually('the execution is complete', async () => {
      const { result } = await server.call('GET', `/actors/${actor}/executions/${execution}`, undefined, headers);
      return result['status'] === 'COMPLETE' && result;
    });
  };
  const isPresent = (name: string): Promise<boolean> =>
    run('docker', ['image', 'inspect', name]).then(
      () => true,
      () => false,
    );

  it('that a tenant has fetched with its account are no other tenant’s', async () => {
    const name = push(image, ['ann']);
    const ofA = await register({ image: name }, 'READY', A);
    expect(await runs(ofA, A)).toMatchObject({ image_digest: image.manifest.digest });
    expect(await isPresent(name)).toBe(true);
    const ofB = await register({ image: name }, 'ERROR', B);
    const { result } = await server.call('GET', `/actors/${ofB}`, undefined, B);
    expect(result['status_message']).toContain(`Image ${name} was not found on the public registry.`);
    const byId = await register({ image: image.config.digest }, 'ERROR', B);
    for (const [actor, headers] of [
      [ofB, B],
      [byId, B],
      [ofA, A],
    ] as const) {
      await server.call('DELETE', `/actors/${actor}`, undefined, headers);
    }
  }, 90_000);

  it('stay while a worker has them, and are removed when they have not been used for long', async () => {
    const other = await exportImage(SHELL_IMAGE, randomUUID());
    const [used, unused] = [push(other, ['ann']), push(await exportImage(SHELL_IMAGE, randomUUID()), ['ann'])];
    const user = await register({ image: used }, 'READY', A);
    const leaver = await register({ image: unused }, 'READY', A);
    expect(await isPresent(unused)).toBe(true);
    await server.call('DELETE', `/actors/${leaver}`, undefined, A);
    await eventually('the unused image is gone', async () => !(await isPresent(unused)), 60_000);
    expect(await isPresent(used)).toBe(true);
    expect(await runs(user, A)).toMatchObject({ image_digest: other.manifest.digest });
    expect(await isPresent(SHELL_IMAGE)).toBe(true);
    const metrics = await (await fetch(`${server.running.url}/metrics`)).text();
    expect(metrics).toMatch(/abaco_images_removed_total [1-9]/);
    expect(metrics).toMatch(/abaco_image_pulls_total\{result="pulled"\} [1-9]/);
    await server.call('DELETE', `/actors/${user}`, undefined, A);
  }, 120_000);

  it('can be named by digest', async () => {
    const content = await exportImage(SHELL_IMAGE, randomUUID());
    const name = `${push(content, ['ann']).replace(/:1$/, '')}@${content.manifest.digest}`;
    names.push(name);
    const actor = await register({ image: name }, 'READY', A);
    expect(await runs(actor, A)).toMatchObject({ image_digest: content.manifest.digest });
    await server.call('DELETE', `/actors/${actor}`, undefined, A);
  }, 60_000);
});
