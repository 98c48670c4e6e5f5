import type { AbacoConfig } from '@abaco/config';
import type { TenantId } from '@abaco/contract';
import { EngineUnavailable, ImageNotFound, ImagePullFailed } from '@abaco/engine';
import { FakeImageRecords, FakeImages, HOST, idOf, imageServices } from '../../test-support/fake-images.js';
import { ImageSupply } from './image-supply.js';

const A = 'A' as TenantId;
const B = 'B' as TenantId;
const PRIVATE = 'r.org/private/app:1';
const PUBLIC = 'r.org/public/app:1';
const ofTenants = { A: { registries: ['r.org=ann:pass-a'] }, B: { registries: ['r.org=bob:pass-b'] } };
const limited = new ImagePullFailed(PUBLIC, 'rate-limit', 'toomanyrequests');

describe('the supply of images', () => {
  let engine: FakeImages;
  let records: FakeImageRecords;
  const never = new AbortController().signal;
  const supplyWith = (docker: Partial<AbacoConfig['docker']> = {}, tenants: AbacoConfig['tenants'] = {}): ImageSupply =>
    new ImageSupply(imageServices(engine, records, docker, tenants));

  beforeEach(() => {
    engine = new FakeImages();
    records = new FakeImageRecords();
    engine.registry.set(PRIVATE, { content: 'private', passwords: ['pass-a'] });
    engine.registry.set(PUBLIC, { content: 'public' });
  });

  it('fetches what is not there, once, unless the policy says otherwise', async () => {
    const supply = supplyWith();
    await supply.provide(PUBLIC, A, never);
    expect(await supply.provide(PUBLIC, B, never)).toMatchObject({ id: idOf('public') });
    expect(engine.pulls).toEqual([undefined]);
    await supplyWith({ pull_policy: 'always' }).provide(PUBLIC, B, never);
    expect(engine.pulls).toHaveLength(2);
    await expect(supplyWith({ pull_policy: 'never' }).provide('r.org/other', A, never)).rejects.toThrow(ImageNotFound);
    expect(engine.pulls).toHaveLength(2);
  });

  it('takes the next account when one is denied or limited', async () => {
    const supply = supplyWith({ registries: ['r.org=x:no', 'r.org=y:pass-a'] });
    await supply.provide(PRIVATE, A, never);
    expect(engine.pulls).toEqual(['no', 'pass-a']);
    engine.failures.push(limited);
    await supply.provide(PUBLIC, A, never);
    expect(engine.pulls.slice(2)).toEqual(['pass-a', 'no']);
  });

  it('waits and tries again when one account is limited and the others are refused', async () => {
    const supply = supplyWith({ pull_attempts: 2, registries: ['r.org=x:no', 'r.org=y:pass-a'] });
    engine.failures.push(new ImagePullFailed(PRIVATE, 'denied', 'x'), limited);
    await supply.provide(PRIVATE, A, never);
    expect(engine.pulls).toHaveLength(3);
  });

  it('does not let a tenant use what another one has fetched with credentials', async () => {
    const supply = supplyWith({}, ofTenants);
    const { id } = await supply.provide(PRIVATE, A, never);
    await expect(supply.provide(PRIVATE, B, never)).rejects.toMatchObject({ failure: 'denied' });
    await expect(supply.provide(id, B, never)).rejects.toThrow(ImageNotFound);
    const strict = supplyWith({ pull_policy: 'never' }, ofTenants);
    await expect(strict.provide(PRIVATE, B, never)).rejects.toThrow(ImageNotFound);
    expect(await strict.provide(PRIVATE, A, never)).toMatchObject({ id });
    expect(engine.pulls).toEqual(['pass-a', 'pass-b']);
  });

  it('lets a tenant use it once its own credentials were good for it', async () => {
    const supply = supplyWith({}, ofTenants);
    await supply.provide(PRIVATE, A, never);
    engine.registry.set(PRIVATE, { content: 'private', passwords: ['pass-a', 'pass-b'] });
    await supply.provide(PRIVATE, B, never);
    await supply.provide(PRIVATE, B, never);
    expect(engine.pulls).toEqual(['pass-a', 'pass-b']);
  });

  it('gives everybody what needs no credentials, and what was there without us', async () => {
    const supply = supplyWith({}, { A: ofTenants.A });
    engine.registry.set(PRIVATE, { content: 'opened' });
    await supply.provide(PRIVATE, A, never);
    await supply.provide(PRIVATE, B, never);
    expect(records.records.get(idOf('opened'))?.private).toBe(false);
    engine.local.set('built:here', idOf('built'));
    expect(await supply.provide('built:here', B, never)).toMatchObject({ id: idOf('built') });
  });

  it('does not take an image for everybody’s while it is being noted whose it is', async () => {
    const supply = supplyWith({}, ofTenants);
    let answer: (() => void) | undefined;
    const arrived = new Promise<void>((resolve) => {
      engine.beforeAnswer = () => {
        engine.beforeAnswer = () => Promise.resolve();
        resolve();
        return new Promise<void>((done) => (answer = done));
      };
    });
    const first = supply.provide(PRIVATE, A, never);
    await arrived;
    const second = supply.provide(PRIVATE, B, never);
    answer?.();
    await first;
    await expect(second).rejects.toMatchObject({ failure: 'denied' });
  });

  it('does not take an image for everybody’s whose pull a crash has cut off', async () => {
    engine.local.set(PRIVATE, idOf('private'));
    await records.beginPull(HOST, 'of-a-former-process', PRIVATE, null);
    const supply = supplyWith({}, ofTenants);
    await supply.recover();
    expect(records.begun.size).toBe(0);
    await expect(supply.provide(PRIVATE, B, never)).rejects.toMatchObject({ failure: 'denied' });
    expect(await supply.provide(PRIVATE, A, never)).toMatchObject({ id: idOf('private') });
  });

  it('does not take an image for everybody’s after the engine was lost in its pull', async () => {
    const supply = supplyWith({}, ofTenants);
    engine.failures.push(new EngineUnavailable('lost'));
    await expect(supply.provide(PRIVATE, A, never)).rejects.toThrow('lost');
    engine.local.set(PRIVATE, idOf('private'));
    await expect(supply.provide(PRIVATE, B, never)).rejects.toMatchObject({ failure: 'denied' });
  });

  it('leaves to everybody what was there before a pull that was lost', async () => {
    engine.local.set(PRIVATE, idOf('brought'));
    const supply = supplyWith({ pull_policy: 'always', pull_attempts: 1 }, ofTenants);
    engine.failures.push(new EngineUnavailable('lost'), new ImagePullFailed(PRIVATE, 'network', 'EOF'));
    await expect(supply.provide(PRIVATE, A, never)).rejects.toThrow('lost');
    await expect(supply.provide(PRIVATE, A, never)).rejects.toMatchObject({ failure: 'network' });
    const next = supplyWith({}, ofTenants);
    await next.recover();
    expect([records.begun.size, records.records.size]).toEqual([0, 0]);
    expect(await next.provide(PRIVATE, B, never)).toMatchObject({ id: idOf('brought') });
  });

  it('ends a wait for the registry at once', async () => {
    const supply = supplyWith({ pull_attempts: 5, pull_retry_delay: 60 });
    engine.failures.push(limited);
    const stop = new AbortController();
    const providing = supply.provide(PUBLIC, A, stop.signal);
    setImmediate(() => stop.abort());
    await expect(providing).rejects.toThrow(/abort/i);
  });
});
