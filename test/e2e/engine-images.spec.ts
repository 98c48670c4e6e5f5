import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { ImageNotFound } from '@abaco/engine';
import { removeImages } from '../support/docker-cli.js';
import { SHELL_IMAGE } from '../support/images.js';
import { exportImage, type ImageContent } from '../support/registry/image-archive.js';
import { TestRegistry } from '../support/registry/test-registry.js';
import { EngineFixture } from './engine-fixture.js';

const run = promisify(execFile);

/** The real engine and a registry on the loopback interface. */
describe('images from a registry', () => {
  let fixture: EngineFixture;
  let registry: TestRegistry;
  let closed: TestRegistry;
  let image: ImageContent;
  const pulled: string[] = [];

  beforeAll(async () => {
    fixture = await EngineFixture.open();
    registry = await TestRegistry.start();
    closed = await TestRegistry.start();
    closed.addUser('ann', 'pass-ann');
    closed.addUser('bob', 'pass-bob');
    image = await exportImage(SHELL_IMAGE, randomUUID());
  }, 60_000);

  beforeEach(() => {
    registry.fault = () => undefined;
  });

  afterAll(async () => {
    await removeImages(pulled);
    await registry.close();
    await closed.close();
    expect(await fixture.close()).toEqual([]);
  });

  const push = (repository: string): string => {
    const name = registry.push(repository, '1', image);
    pulled.push(name);
    return name;
  };

  it('have the digest of the registry, and are fresh the first time', async () => {
    const name = push('public/fresh');
    const first = await fixture.engine.pullImage(name);
    const found = { id: image.config.digest, digest: image.manifest.digest, bytes: expect.any(Number) as number };
    expect(first).toEqual({ ...found, fresh: true });
    expect(await fixture.engine.findImage(name)).toEqual(found);
    expect(await fixture.engine.pullImage(name)).toEqual({ ...found, fresh: false });
  });

  it('are found and fetched by digest', async () => {
    const name = `${push('public/digest').replace(/:1$/, '')}@${image.manifest.digest}`;
    pulled.push(name);
    expect(await fixture.engine.pullImage(name)).toMatchObject({ digest: image.manifest.digest });
    expect(await fixture.engine.findImage(name)).toMatchObject({ id: image.config.digest });
    const tagged = name.replace('@', ':1@');
    expect(await fixture.engine.pullImage(tagged)).toMatchObject({ digest: image.manifest.digest });
    expect(await fixture.engine.findImage(tagged)).toMatchObject({ id: image.config.digest });
  });

  it('of private repositories need the right credentials, which no error repeats', async () => {
    const name = closed.push('private/app', '1', image, ['ann']);
    pulled.push(name);
    await expect(fixture.engine.pullImage(name)).rejects.toMatchObject({ failure: 'denied', transient: false });
    const wrong = fixture.engine.pullImage(name, { username: 'ann', password: 'pass-wrong' });
    await expect(wrong).rejects.toMatchObject({
      failure: 'denied',
      message: expect.not.stringContaining('pass-wrong') as string,
    });
    // Docker does not tell "denied" from "does not exist"
    const other = fixture.engine.pullImage(name, { username: 'bob', password: 'pass-bob' });
    await expect(other).rejects.toThrow(ImageNotFound);
    const right = await fixture.engine.pullImage(name, { username: 'ann', password: 'pass-ann' });
    expect(right.id).toBe(image.config.digest);
  });

  it('that do not exist are not found', async () => {
    await expect(fixture.engine.pullImage(`${registry.host}/no/such:1`)).rejects.toThrow(ImageNotFound);
  });

  it.each([
    [429, 'rate-limit'],
    [503, 'network'],
    ['cut', 'network'],
  ] as const)('that fail with %s have failed by %s', async (fault, failure) => {
    const other = await exportImage(SHELL_IMAGE, randomUUID()); // the engine has no part of it but the layer
    const name = registry.push(`public/fault-${fault}`, '1', other);
    registry.fault = ({ method }) => (method === 'HEAD' && fault === 'cut' ? undefined : fault);
    await expect(fixture.engine.pullImage(name)).rejects.toMatchObject({ failure, transient: true });
  });

  it('without a variant for this platform say so', async () => {
    const name = registry.pushForPlatform('public/platform', '1', image, 's390x');
    await expect(fixture.engine.pullImage(name)).rejects.toMatchObject({
      failure: 'platform',
      message: expect.stringMatching(/no matching manifest for linux.*build it for that, too/) as string,
    });
  });

  it('are fetched once for all who ask with the same credentials at a time', async () => {
    const name = push('public/shared');
    const before = registry.manifestRequests('public/shared').length;
    await Promise.all(Array.from({ length: 5 }, () => fixture.engine.pullImage(name)));
    const once = registry.manifestRequests('public/shared').length - before;
    await fixture.engine.pullImage(name);
    expect(registry.manifestRequests('public/shared').length - before - once).toBe(once);
  });

  it('are removed with their names, unless others have named them or a container exists', async () => {
    const own = await exportImage(SHELL_IMAGE, randomUUID());
    const name = registry.push('public/removed', '1', own);
    const other = `abaco/test-removed:${randomUUID()}`;
    pulled.push(name, other);
    const { id, digest } = await fixture.engine.pullImage(name);
    const sandbox = await fixture.openSandbox();
    const spec = fixture.spec('echo by id', { image: name, resolved: { id, digest } });
    const { outcome, text, container } = await fixture.run(spec, sandbox);
    expect([text, outcome.imageDigest]).toEqual(['by id\n', digest]);
    expect(container.id).not.toBe('');
    const { stdout } = await run('docker', ['create', name]);
    expect(await fixture.engine.removeImage(id, [name])).toBe('used');
    expect(await fixture.engine.findImage(name)).toBeDefined();
    await run('docker', ['rm', stdout.trim()]);
    await run('docker', ['tag', name, other]);
    expect(await fixture.engine.removeImage(id, [name])).toBe('named');
    expect(await fixture.engine.findImage(name)).toBeUndefined();
    expect(await fixture.engine.findImage(other)).toBeDefined();
    expect(await fixture.engine.removeImage(id, [other])).toBe('removed');
    expect(await fixture.engine.findImage(id)).toBeUndefined();
    expect(await fixture.engine.removeImage(id, [other])).toBe('removed');
  });
});
