import type { ActorContext, BehaviorObject } from '@abaco/actors';
import { ImageCleaner } from '../images/image-cleaner.js';
import type { RuntimeServices } from '../runtime-services.js';

export type ImagesMessage = { readonly type: 'clean' } | { readonly type: 'cleaned'; readonly error?: Error };

/** How often images are looked for that are not needed any more, milliseconds. */
const CLEAN_EVERY_MS = 10_000;

/** `/system/images`: keeps the images that this host has fetched within their limits. A pass can be broken off anywhere. */
export class ImagesActor implements BehaviorObject<ImagesMessage> {
  private readonly cleaner: ImageCleaner;
  private cleaning = false;

  constructor(
    private readonly services: RuntimeServices,
    private readonly context: ActorContext<ImagesMessage>,
  ) {
    this.cleaner = new ImageCleaner(services, services.images.inUse);
    context.scheduleEvery(CLEAN_EVERY_MS, { type: 'clean' });
  }

  receive = (message: ImagesMessage): void => {
    switch (message.type) {
      case 'clean':
        if (this.cleaning) return;
        this.cleaning = true;
        this.context.pipeToSelf(this.cleaner.pass(), (outcome) =>
          outcome.ok ? { type: 'cleaned' } : { type: 'cleaned', error: outcome.error },
        );
        break;
      case 'cleaned':
        this.cleaning = false;
        if (message.error) {
          this.services.logger.warn({ err: message.error }, 'Images could not be cleaned up; it is tried again');
        }
        break;
      default:
        message satisfies never;
    }
  };
}
