import type { ImageRecord } from '@abaco/store';
import type { RuntimeServices } from '../runtime-services.js';
import type { ImagesInUse } from './images-in-use.js';

type Services = Pick<RuntimeServices, 'config' | 'store' | 'engine' | 'hostId' | 'logger' | 'telemetry'>;

/**
 * Removes images that this host has fetched, least recently used first: those unused for longer than `docker.image_max_age`, and as
 * many more as `docker.image_max_bytes` wants. What a worker uses, and what came to the engine otherwise, stays.
 */
export class ImageCleaner {
  constructor(
    private readonly services: Services,
    private readonly inUse: ImagesInUse,
  ) {}

  /** @returns how many were removed @throws StoreUnavailable, EngineUnavailable; the rest is left to the next pass */
  async pass(): Promise<number> {
    const { config, store, hostId } = this.services;
    const { image_max_age: maxAge, image_max_bytes: maxBytes } = config.docker;
    if (maxAge < 0 && maxBytes < 0) return 0;
    // one without names has got others from somebody else: it is not ours any more
    const ours = (await store.images.listUnused(hostId)).filter(({ names }) => names.length > 0);
    let bytes = ours.reduce((sum, image) => sum + image.bytes, 0);
    let removed = 0;
    for (const image of ours) {
      const tooOld = maxAge >= 0 && image.unusedSeconds > maxAge;
      const tooMuch = maxBytes >= 0 && bytes > maxBytes;
      if (!tooOld && !tooMuch) break; // those after it were used later
      if (!(await this.remove(image, tooOld ? 'age' : 'bytes'))) continue;
      bytes -= image.bytes;
      removed++;
    }
    return removed;
  }

  private async remove({ image_id: id, names, bytes }: ImageRecord, reason: 'age' | 'bytes'): Promise<boolean> {
    const { store, engine, hostId, logger, telemetry } = this.services;
    if (id === null) return false;
    const outcome = await this.inUse.removing(id, async () => {
      const outcome = await engine.removeImage(id, names);
      if (outcome === 'removed') await store.images.remove(hostId, id);
      else if (outcome === 'named') await store.images.disown(hostId, id);
      return outcome;
    });
    if (outcome !== 'removed') return false;
    logger.info({ image: id, names, bytes, reason }, 'Removed an image that was not used');
    telemetry.imageRemoved?.(bytes);
    return true;
  }
}
