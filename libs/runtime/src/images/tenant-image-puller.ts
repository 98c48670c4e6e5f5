import { newId, type TenantId } from '@abaco/contract';
import {
  type EngineImage,
  EngineUnavailable,
  ImageNotFound,
  ImagePullFailed,
  type PulledImage,
  type RegistryCredentials,
} from '@abaco/engine';
import type { RuntimeServices } from '../runtime-services.js';
import type { RegistryAccounts } from './registry-accounts.js';

type Services = Pick<RuntimeServices, 'store' | 'engine' | 'hostId' | 'logger' | 'telemetry'>;

/** A pull of this process that has not ended. */
interface OpenPull {
  readonly image: string;
  readonly ended: Promise<unknown>;
}

/**
 * Fetches images for tenants, and notes which are for whom: before a pull, that it has begun, so that a private image is never taken for
 * everybody's, wherever this process dies.
 */
export class TenantImagePuller {
  private readonly open = new Map<string, OpenPull>();
  /** Of a pull of this process it is not known whether the image came: engine or registry were lost. */
  private unsettled = false;

  constructor(
    private readonly services: Services,
    private readonly accounts: RegistryAccounts,
  ) {}

  /**
   * With the accounts for the image's registry, one after the other as long as they are refused or limited.
   * @throws ImageNotFound, ImagePullFailed, EngineUnavailable
   */
  async pull(image: string, tenant: TenantId): Promise<PulledImage> {
    const [first, ...others] = this.accounts.of(tenant, image);
    let failure: unknown;
    for (const credentials of [first, ...others]) {
      try {
        return await this.pullAs(image, tenant, credentials);
      } catch (error) {
        this.services.telemetry.imagePulled?.(resultOf(error));
        if (!mayHelpOthers(error)) throw error;
        // a limit passes: of several refusals it is the one to wait for
        if (!(failure instanceof ImagePullFailed && failure.transient)) failure = error;
      }
    }
    throw failure;
  }

  /** The pulls of this process that may bring the image, each until it is noted whose it is. */
  underWay(concerns: (image: string) => boolean): Promise<unknown>[] {
    return [...this.open.values()].filter(({ image }) => concerns(image)).map(({ ended }) => ended);
  }

  /** What pulls have brought that did not end: nobody has shown yet that it may be used. To be called before anything is used. */
  async settle(): Promise<void> {
    const { store, hostId } = this.services;
    for (const { _id, names, previous_id: previous } of await store.images.listPulls(hostId)) {
      const pull = _id.slice(hostId.length + 1);
      if (this.open.has(pull)) continue;
      const [name = ''] = names;
      const found = await this.findIfServed(name);
      // what was there before is as it was
      if (found && found.id !== previous)
        await store.images.addUnproven(hostId, { id: found.id, name, bytes: found.bytes });
      await store.images.endPull(hostId, pull);
    }
    this.unsettled = false;
  }

  async settleIfNeeded(): Promise<void> {
    if (this.unsettled) await this.settle();
  }

  /** An application that has changed its engine may have none for this kind of image. */
  private async findIfServed(name: string): Promise<EngineImage | undefined> {
    try {
      return await this.services.engine.findImage(name);
    } catch (error) {
      if (error instanceof EngineUnavailable) throw error;
      return undefined;
    }
  }

  private async pullAs(
    image: string,
    tenant: TenantId,
    credentials: RegistryCredentials | undefined,
  ): Promise<PulledImage> {
    const pull = newId();
    const pulling = this.pullAndNote(pull, image, credentials ? tenant : null, credentials);
    this.open.set(pull, { image, ended: pulling });
    try {
      return await pulling;
    } finally {
      this.open.delete(pull);
    }
  }

  private async pullAndNote(
    pull: string,
    name: string,
    tenant: TenantId | null,
    credentials: RegistryCredentials | undefined,
  ): Promise<PulledImage> {
    const { store, engine, hostId, telemetry, logger } = this.services;
    await store.images.beginPull(hostId, pull, name, (await engine.findImage(name))?.id ?? null);
    try {
      const pulled = await engine.pullImage(name, credentials);
      const { id, bytes, fresh } = pulled;
      // what was there before, and was not fetched by us, is everybody's
      if (fresh || (await store.images.find(hostId, id))) {
        await store.images.addPulled(hostId, { id, name, bytes, tenant });
      }
      await store.images.endPull(hostId, pull);
      telemetry.imagePulled?.('pulled');
      logger.info({ image: name, digest: pulled.digest, fresh }, 'Fetched an image');
      return pulled;
    } catch (error) {
      if (isAnswer(error)) await store.images.endPull(hostId, pull);
      else this.unsettled = true;
      throw error;
    }
  }
}

/** The registry has refused: the engine is not at it any more. */
const isAnswer = (error: unknown): boolean =>
  error instanceof ImageNotFound || (error instanceof ImagePullFailed && error.failure !== 'network');

/** Refused or limited: with other credentials it may be different. */
const mayHelpOthers = (error: unknown): boolean =>
  error instanceof ImageNotFound ||
  (error instanceof ImagePullFailed && (error.failure === 'denied' || error.failure === 'rate-limit'));

function resultOf(error: unknown): string {
  if (error instanceof ImagePullFailed) return error.failure;
  if (error instanceof ImageNotFound) return 'not-found';
  return error instanceof EngineUnavailable ? 'engine' : 'other';
}
