import type { EngineClient } from '../docker/engine-client.js';
import { EngineRefusal } from '../docker/engine-refusal.js';
import { EngineUnavailable, ImageNotFound, ImagePullFailed } from '../errors.js';
import type { PulledImage } from '../execution-engine.js';
import { progressOf } from './build-image.js';
import { isImageId, isImageName, splitImageName, withDefaultTag } from './image-name.js';
import type { LocalImages } from './local-images.js';
import { pullFailureOf } from './pull-failure.js';
import { registryAuth, type RegistryCredentials, withoutCredentials } from './registry-credentials.js';

/** Milliseconds until the engine reports the pull's first progress, which needs the registry's answer. */
const ANSWER_TIMEOUT = 120_000;
/** Milliseconds in which an engine shows that it is the registry that is silent. */
const ALIVE_TIMEOUT = 10_000;
/** Milliseconds without any progress after which a pull counts as failed. */
const SILENCE_LIMIT = 300_000;

/** Fetches images; pulls of one image with the same credentials that overlap are one pull. */
export class ImagePuller {
  private readonly pulls = new Map<string, Promise<PulledImage>>();

  constructor(
    private readonly client: EngineClient,
    private readonly local: LocalImages,
  ) {}

  /** @throws ImageNotFound, ImagePullFailed, EngineUnavailable */
  async pull(image: string, credentials?: RegistryCredentials): Promise<PulledImage> {
    // an id is no name in any registry: whatever came from there would not be what the engine finds by it
    if (!isImageName(image) || isImageId(image)) throw new ImageNotFound(image);
    const key = JSON.stringify([withDefaultTag(image), credentials]);
    let pull = this.pulls.get(key);
    if (!pull) {
      pull = this.fetch(image, credentials).finally(() => this.pulls.delete(key));
      this.pulls.set(key, pull);
    }
    return pull;
  }

  private async fetch(image: string, credentials: RegistryCredentials | undefined): Promise<PulledImage> {
    const before = await this.local.ids();
    await this.transfer(image, credentials);
    const found = await this.local.find(image);
    if (!found) throw new ImagePullFailed(image, 'other', 'it is not on the engine after the pull.');
    return { ...found, fresh: !before.has(found.id) };
  }

  private async transfer(image: string, credentials: RegistryCredentials | undefined): Promise<void> {
    const { repository, version } = splitImageName(withDefaultTag(image));
    try {
      const response = await this.client.open({
        method: 'POST',
        path: '/images/create',
        query: { fromImage: repository, tag: version },
        timeoutMs: ANSWER_TIMEOUT,
        ...(credentials && { registryAuth: registryAuth(credentials, image) }),
      });
      response.setTimeout(SILENCE_LIMIT, () => response.destroy(new Error('the registry has stopped sending')));
      for await (const { error } of progressOf(response))
        if (error !== undefined) throw failure(image, error, credentials);
    } catch (error) {
      if (error instanceof EngineRefusal) throw failure(image, error.reason, credentials);
      if (error instanceof ImageNotFound || error instanceof ImagePullFailed) throw error;
      if (error instanceof EngineUnavailable) {
        await this.client.json({ method: 'GET', path: '/version', timeoutMs: ALIVE_TIMEOUT });
        throw failure(image, 'the pull timed out or was broken off.', credentials);
      }
      throw failure(image, error instanceof Error ? error.message : String(error), credentials);
    }
  }
}

/** Without a cause: that would carry the engine's words uncleaned. */
function failure(
  image: string,
  words: string,
  credentials: RegistryCredentials | undefined,
): ImageNotFound | ImagePullFailed {
  const reason = credentials ? withoutCredentials(words, credentials) : words;
  const kind = pullFailureOf(reason);
  return kind === 'not-found' ? new ImageNotFound(image) : new ImagePullFailed(image, kind, reason);
}
