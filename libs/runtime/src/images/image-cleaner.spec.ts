import type { AbacoConfig } from '@abaco/config';
import type { TenantId } from '@abaco/contract';
import { FakeImageRecords, FakeImages, idOf, imageServices } from '../../test-support/fake-images.js';
import { ImageCleaner } from './image-cleaner.js';
import { ImageSupply } from './image-supply.js';

const TENANT = 'A' as TenantId;
const never = new AbortController().signal;

describe('the clean-up of images', () => {
  let engine: FakeImages;
  let records: FakeImageRecords;

  beforeEach(() => {
    engine = new FakeImages();
    records = new FakeImageRecords();
  });

  const bed = (docker: Partial<AbacoConfig['docker']>): { supply: ImageSupply; cleaner: ImageCleaner } => {
    const services = imageServices(engine, records, docker);
    const supply = new ImageSupply(services);
    return { supply, cleaner: new ImageCleaner(services, supply.inUse) };
  };
  /** An image that was used at that second. */
  const use = async (supply: ImageSupply, name: string, at: number): Promise<void> => {
    records.now = at;
    engine.registry.set(name, { content: name });
    await supply.release(await supply.provide(name, TENANT, never));
  };

  it('is off by default', async () => {
    const { supply, cleaner } = bed({});
    await use(supply, 'a', 0);
    records.now = 1e9;
    expect(await cleaner.pass()).toBe(0);
  });

  it('removes what has not been used for too long', async () => {
    const { supply, cleaner } = bed({ image_max_age: 10 });
    await use(supply, 'old', 0);
    await use(supply, 'young', 5);
    records.now = 11;
    expect(await cleaner.pass()).toBe(1);
    expect([...engine.local.keys()]).toEqual(['young']);
    expect([...records.records.keys()]).toEqual([idOf('young')]);
  });

  it('removes the least recently used until the rest has room', async () => {
    const { supply, cleaner } = bed({ image_max_bytes: 250 });
    for (const [at, name] of ['a', 'b', 'c', 'd'].entries()) await use(supply, name, at);
    await use(supply, 'a', 9);
    expect(await cleaner.pass()).toBe(2);
    expect([...engine.local.keys()].sort()).toEqual(['a', 'd']);
    expect(await cleaner.pass()).toBe(0);
  });

  it('never removes what a worker or container uses, or what it did not fetch', async () => {
    const { supply, cleaner } = bed({ image_max_bytes: 0 });
    engine.local.set('built', idOf('built'));
    await supply.release(await supply.provide('built', TENANT, never));
    await use(supply, 'by-worker', 0);
    const held = await supply.provide('by-worker', TENANT, never);
    await use(supply, 'by-container', 1);
    engine.used.add(idOf('by-container'));
    await use(supply, 'free', 2);
    expect(await cleaner.pass()).toBe(1);
    expect([...engine.local.keys()].sort()).toEqual(['built', 'by-container', 'by-worker']);
    await supply.release(held);
    expect(await cleaner.pass()).toBe(1);
    expect([...engine.local.keys()].sort()).toEqual(['built', 'by-container']);
  });

  it('leaves an image alone that has got another name, and forgets nothing of who may use it', async () => {
    const { supply, cleaner } = bed({ image_max_bytes: 0 });
    await use(supply, 'a', 0);
    engine.local.set('kept', idOf('a'));
    expect(await cleaner.pass()).toBe(0);
    expect([...engine.local.keys()]).toEqual(['kept']);
    expect(records.records.get(idOf('a'))?.names).toEqual([]);
    expect(await cleaner.pass()).toBe(0);
  });
});
