import { createHash } from 'node:crypto';
import { loadConfig } from '@abaco/config';
import type { AbacoConfig } from '@abaco/config';
import type { HostId } from '@abaco/contract';
import {
  type EngineImage,
  type ExecutionEngine,
  ImageNotFound,
  ImagePullFailed,
  type RegistryCredentials,
} from '@abaco/engine';
import type { FetchedImage, ImageRecord, Store } from '@abaco/store';
import { silentLogger } from '../src/logger.js';

export const HOST = 'host' as HostId;

export const idOf = (content: string): string => `sha256:${createHash('sha256').update(content).digest('hex')}`;

/** An engine with one registry: images by name, who may fetch them, and what is on the engine. */
export class FakeImages implements Pick<ExecutionEngine, 'findImage' | 'pullImage' | 'removeImage'> {
  /** Content and passwords that open it (none: everybody), by name. */
  readonly registry = new Map<string, { content: string; passwords?: string[] }>();
  /** Ids by name. */
  readonly local = new Map<string, string>();
  /** Ids that containers are made of. */
  readonly used = new Set<string>();
  /** Thrown by the next pulls. */
  readonly failures: Error[] = [];
  readonly pulls: (string | undefined)[] = [];
  /** Awaited by each pull when the image has come. */
  beforeAnswer: () => Promise<void> = () => Promise.resolve();

  findImage(name: string): Promise<EngineImage | undefined> {
    const id = this.local.get(name) ?? [...this.local.values()].find((each) => each === name);
    return Promise.resolve(id === undefined ? undefined : { id, digest: id, bytes: 100 });
  }

  async pullImage(name: string, credentials?: RegistryCredentials): Promise<EngineImage & { fresh: boolean }> {
    this.pulls.push(credentials?.password);
    const failure = this.failures.shift();
    if (failure) throw failure;
    const entry = this.registry.get(name);
    if (!entry) throw new ImageNotFound(name);
    if (entry.passwords && !entry.passwords.includes(credentials?.password ?? '')) {
      throw new ImagePullFailed(name, 'denied', 'unauthorized');
    }
    const id = idOf(entry.content);
    const fresh = ![...this.local.values()].includes(id);
    this.local.set(name, id);
    await this.beforeAnswer();
    return { id, digest: id, bytes: 100, fresh };
  }

  removeImage(id: string, names: readonly string[]): Promise<'removed' | 'named' | 'used'> {
    if (this.used.has(id)) return Promise.resolve('used');
    for (const name of names) if (this.local.get(name) === id) this.local.delete(name);
    return Promise.resolve([...this.local.values()].includes(id) ? 'named' : 'removed');
  }
}

/** The image records of one host, in memory, with a clock of its own. */
export class FakeImageRecords {
  readonly records = new Map<string, ImageRecord>();
  readonly begun = new Map<string, { name: string; previous: string | null }>();
  /** Seconds. */
  now = 0;

  find(_: HostId, id: string): Promise<ImageRecord | null> {
    return Promise.resolve(this.records.get(id) ?? null);
  }

  beginPull(_: HostId, pull: string, name: string, previous: string | null): Promise<void> {
    this.begun.set(pull, { name, previous });
    return Promise.resolve();
  }

  endPull(_: HostId, pull: string): Promise<void> {
    this.begun.delete(pull);
    return Promise.resolve();
  }

  listPulls(host: HostId): Promise<Pick<ImageRecord, '_id' | 'names' | 'previous_id'>[]> {
    return Promise.resolve(
      [...this.begun].map(([pull, { name, previous }]) => ({
        _id: `${host}/${pull}`,
        names: [name],
        previous_id: previous,
      })),
    );
  }

  addPulled(host: HostId, { id, name, bytes, tenant }: FetchedImage): Promise<void> {
    const before = this.records.get(id);
    this.records.set(id, {
      _id: `${host}/${id}`,
      host_id: host,
      image_id: id,
      names: [...new Set([...(before?.names ?? []), name])],
      private: tenant !== null && (before?.private ?? true),
      tenants: [...(before?.tenants ?? []), ...(tenant === null ? [] : [tenant])],
      bytes,
      last_used: this.time,
    });
    return Promise.resolve();
  }

  async addUnproven(host: HostId, image: Omit<FetchedImage, 'tenant'>): Promise<void> {
    if (this.records.has(image.id)) return;
    await this.addPulled(host, { ...image, tenant: null });
    this.records.set(image.id, { ...this.records.get(image.id)!, private: true });
  }

  touch(_: HostId, id: string): Promise<void> {
    const before = this.records.get(id);
    if (before) this.records.set(id, { ...before, last_used: this.time });
    return Promise.resolve();
  }

  listUnused(): Promise<(ImageRecord & { unusedSeconds: number })[]> {
    const all = [...this.records.values()].sort((a, b) => a.last_used.getTime() - b.last_used.getTime());
    return Promise.resolve(
      all.map((image) => ({ ...image, unusedSeconds: this.now - image.last_used.getTime() / 1000 })),
    );
  }

  disown(_: HostId, id: string): Promise<void> {
    this.records.set(id, { ...this.records.get(id)!, names: [] });
    return Promise.resolve();
  }

  remove(_: HostId, id: string): Promise<void> {
    this.records.delete(id);
    return Promise.resolve();
  }

  private get time(): Date {
    return new Date(this.now * 1000);
  }
}

/** What supply and cleaner work with. */
export function imageServices(
  engine: FakeImages,
  images: FakeImageRecords,
  docker: Partial<AbacoConfig['docker']>,
  tenants: AbacoConfig['tenants'] = {},
) {
  return {
    config: loadConfig({ env: {}, overrides: { docker: { pull_retry_delay: 0, ...docker }, tenants } }),
    store: { images } as unknown as Store,
    engine: engine as unknown as ExecutionEngine,
    hostId: HOST,
    logger: silentLogger,
    telemetry: {},
  };
}
