import type { EngineClient } from '../docker/engine-client.js';
import { EngineRefusal, isRefusal } from '../docker/engine-refusal.js';
import { EngineUnavailable, ImageNotFound, ImagePullFailed } from '../errors.js';
import type { PullPolicy } from '../execution-engine.js';
import { progressOf } from './build-image.js';
import { isImageName, splitImageName, withDefaultTag } from './image-name.js';

/** What registries say of an image that is not theirs, and Docker of a name that cannot be one. */
const NOT_FOUND =
  /manifest unknown|manifest for .* not found|repository does not exist|pull access denied|invalid reference format/i;

/** Milliseconds until the engine reports the pull's first progress, which needs the registry's answer. */
const ANSWER_TIMEOUT = 120_000;
/** Milliseconds without any progress after which a pull counts as failed. */
const SILENCE_LIMIT = 300_000;

/** Fetches images; pulls of one image that overlap are one pull. */
export class ImagePuller {
  private readonly pulls = new Map<string, Promise<void>>();

  constructor(private readonly client: EngineClient) {}

  /** @throws ImageNotFound, ImagePullFailed, EngineUnavailable */
  async ensure(image: string, policy: PullPolicy): Promise<void> {
    if (!isImageName(image)) throw new ImageNotFound(image);
    const name = withDefaultTag(image);
    if (policy !== 'always' && (await this.isPresent(name))) return;
    if (policy === 'never') throw new ImageNotFound(image);
    let pull = this.pulls.get(name);
    if (!pull) {
      pull = this.pull(name).finally(() => this.pulls.delete(name));
      this.pulls.set(name, pull);
    }
    await pull;
  }

  private async isPresent(name: string): Promise<boolean> {
    try {
      await this.client.json({ method: 'GET', path: `/images/${name}/json` });
      return true;
    } catch (error) {
      if (isRefusal(error, 400, 404)) return false; // 400: not a valid reference, which the pull then tells
      throw error;
    }
  }

  private async pull(name: string): Promise<void> {
    const { repository, version } = splitImageName(name);
    try {
      const response = await this.client.open({
        method: 'POST',
        path: '/images/create',
        query: { fromImage: repository, tag: version },
        timeoutMs: ANSWER_TIMEOUT,
      });
      response.setTimeout(SILENCE_LIMIT, () => response.destroy(new Error('the registry has stopped sending')));
      for await (const { error } of progressOf(response)) if (error !== undefined) throw failure(name, error);
    } catch (error) {
      if (error instanceof EngineRefusal) throw failure(name, error.reason, error);
      if (error instanceof ImageNotFound || error instanceof ImagePullFailed || error instanceof EngineUnavailable)
        throw error;
      throw new ImagePullFailed(name, error instanceof Error ? error.message : String(error), { cause: error });
    }
  }
}

function failure(name: string, reason: string, cause?: unknown): ImageNotFound | ImagePullFailed {
  return NOT_FOUND.test(reason) ? new ImageNotFound(name, { cause }) : new ImagePullFailed(name, reason, { cause });
}
