import type { TenantId } from '@abaco/contract';
import { type EngineImage, ImageNotFound, isImageId, repositoryOf } from '@abaco/engine';
import type { RuntimeServices } from '../runtime-services.js';
import { ImagesInUse } from './images-in-use.js';
import { withRetries } from './pull-retry.js';
import { RegistryAccounts } from './registry-accounts.js';
import { TenantImagePuller } from './tenant-image-puller.js';

type Services = Pick<RuntimeServices, 'config' | 'store' | 'engine' | 'hostId' | 'logger' | 'telemetry'>;

/** Gives workers the images that their actors name (contract 5.2, step 6), and keeps tenants from each other's private ones. */
export class ImageSupply {
  readonly inUse = new ImagesInUse();
  private readonly puller: TenantImagePuller;
  /** Of uses that have begun: no worker waits for them before its container is made. */
  private readonly writes = new Set<Promise<void>>();

  /** @throws InvalidRegistryAccount */
  constructor(private readonly services: Services) {
    this.puller = new TenantImagePuller(services, new RegistryAccounts(services.config));
  }

  /** Takes up the pulls of a former process of this host. */
  async recover(): Promise<void> {
    await this.puller.settle();
  }

  /**
   * What `image` stands for, by `docker.pull_policy`; {@link release} ends its use. Waits between attempts to fetch it.
   * @param signal ends a wait or a pull at once; then its reason is thrown
   * @throws ImageNotFound, ImagePullFailed, EngineUnavailable
   */
  async provide(image: string, tenant: TenantId, signal: AbortSignal): Promise<EngineImage> {
    for (;;) {
      signal.throwIfAborted();
      const found = (await this.presentImage(image, tenant)) ?? (await this.fetch(image, tenant, signal));
      if (!(await this.inUse.begin(found.id))) continue; // it was just being removed
      const write = this.touch(found).finally(() => this.writes.delete(write));
      this.writes.add(write);
      return found;
    }
  }

  async release(image: EngineImage): Promise<void> {
    this.inUse.end(image.id);
    await Promise.all([...this.writes, this.touch(image)]);
  }

  private async touch({ id }: EngineImage): Promise<void> {
    const { store, hostId, logger } = this.services;
    await store.images.touch(hostId, id).catch((error: unknown) => {
      // it only seems to have been unused for longer
      logger.warn({ image: id, err: error }, 'The use of an image could not be written');
    });
  }

  /** The image on the engine, unless it has to be fetched: because of the policy, or to see whether the tenant may have it. */
  private async presentImage(image: string, tenant: TenantId): Promise<EngineImage | undefined> {
    const { config, engine } = this.services;
    const policy = config.docker.pull_policy;
    await this.puller.settleIfNeeded();
    if (policy === 'always') return undefined;
    const found = await engine.findImage(image);
    // a pull that ended before has noted whose the image is; one that begins from now on did not bring it
    const pulls = this.puller.underWay((other) => isImageId(image) || repositoryOf(other) === repositoryOf(image));
    if (found && (await this.mayUse(tenant, found.id, pulls))) return found;
    if (policy === 'never') throw new ImageNotFound(image);
    return undefined;
  }

  /** @param pulls that may have brought the image */
  private async mayUse(tenant: TenantId, id: string, pulls: readonly Promise<unknown>[]): Promise<boolean> {
    const { store, hostId } = this.services;
    let record = await store.images.find(hostId, id);
    if (!record && pulls.length > 0) {
      await Promise.allSettled(pulls);
      record = await store.images.find(hostId, id);
    }
    return !record?.private || record.tenants.includes(tenant);
  }

  private async fetch(image: string, tenant: TenantId, signal: AbortSignal): Promise<EngineImage> {
    const { docker } = this.services.config;
    const pull = withRetries(() => this.puller.pull(image, tenant), {
      attempts: docker.pull_attempts,
      firstDelayMs: docker.pull_retry_delay * 1000,
      signal,
      onRetry: (error, failures, delayMs) =>
        this.services.logger.warn(
          { image, tenant, failure: error.failure, failures, delayMs, reason: error.message },
          'An image could not be fetched; it is tried again',
        ),
    });
    return untilAborted(pull, signal);
  }
}

/** The pull itself goes on: others may wait for it, too. */
async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  let onAbort: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    if (onAbort) signal.removeEventListener('abort', onAbort);
  }
}
