import type { ActorContext } from '@abaco/actors';
import { ImageCleaner } from '../images/image-cleaner.js';
import type { RuntimeServices } from '../runtime-services.js';
import { type PassMessage, RepeatedPass } from './repeated-pass.js';

/** How often images are looked for that are not needed any more, milliseconds. */
const CLEAN_EVERY_MS = 10_000;

/** `/system/images`: keeps the images that this host has fetched within their limits. A pass can be broken off anywhere. */
export class ImagesActor extends RepeatedPass {
  private readonly cleaner: ImageCleaner;

  constructor(
    private readonly services: RuntimeServices,
    context: ActorContext<PassMessage>,
  ) {
    super(context, CLEAN_EVERY_MS);
    this.cleaner = new ImageCleaner(services, services.images.inUse);
  }

  protected async pass(): Promise<void> {
    await this.cleaner.pass();
  }

  protected onFailure(error: Error): void {
    this.services.logger.warn({ err: error }, 'Images could not be cleaned up; it is tried again');
  }
}
