import type { EngineClient } from '../docker/engine-client.js';
import { isRefusal } from '../docker/engine-refusal.js';
import type { EngineImage } from '../execution-engine.js';
import { isImageName, splitImageName, withDefaultTag } from './image-name.js';

/** What we read of `GET /images/{name}/json`. */
interface ImageInspection {
  readonly Id: string;
  readonly RepoTags: readonly string[] | null;
  readonly RepoDigests: readonly string[] | null;
  readonly Size: number;
}

/** The images on an engine. */
export class LocalImages {
  constructor(private readonly client: EngineClient) {}

  async find(image: string): Promise<EngineImage | undefined> {
    const found = isImageName(image) ? await this.inspect(withDefaultTag(image)) : undefined;
    return found && { id: idOf(found), digest: digestOf(found, image), bytes: found.Size };
  }

  /** Ids of all images that have a name, or had one. */
  async ids(): Promise<ReadonlySet<string>> {
    const images = await this.client.json<{ Id: string }[]>({ method: 'GET', path: '/images/json' });
    return new Set(images.map(idOf));
  }

  /** @see ExecutionEngine.removeImage */
  async remove(id: string, names: readonly string[]): Promise<'removed' | 'named' | 'used'> {
    const image = await this.inspect(id);
    if (!image) return 'removed';
    const ours = new Set(names.map(familiarName));
    const tags = image.RepoTags ?? [];
    try {
      for (const tag of tags.filter((each) => ours.has(familiarName(each)))) await this.delete(tag);
      if (tags.some((each) => !ours.has(familiarName(each)))) return 'named';
      await this.delete(id);
      return 'removed';
    } catch (error) {
      if (isRefusal(error, 409)) return 'used'; // by a container, or by an image that is made of it
      throw error;
    }
  }

  private async inspect(name: string): Promise<ImageInspection | undefined> {
    try {
      return await this.client.json<ImageInspection>({ method: 'GET', path: `/images/${name}/json` });
    } catch (error) {
      if (isRefusal(error, 400, 404)) return undefined; // 400: not a valid reference, which a pull then tells
      throw error;
    }
  }

  private async delete(name: string): Promise<void> {
    try {
      await this.client.json({ method: 'DELETE', path: `/images/${name}` });
    } catch (error) {
      if (!isRefusal(error, 404)) throw error;
    }
  }
}

/** Podman leaves the algorithm out. */
const idOf = ({ Id }: { Id: string }): string => (Id.includes(':') ? Id : `sha256:${Id}`);

/** An image can have a digest in each of several repositories: that of the named one counts. */
function digestOf(image: ImageInspection, name: string): string {
  const { repository, version } = splitImageName(name);
  if (version?.startsWith('sha256:')) return version;
  const digests = (image.RepoDigests ?? []).map(splitImageName);
  const own = digests.find((each) => familiarName(each.repository) === familiarName(repository)) ?? digests[0];
  return own?.version ?? idOf(image);
}

/** Engines leave out Docker Hub's name, and that of its official images. */
const familiarName = (name: string): string => withDefaultTag(name.replace(/^docker\.io\/(library\/)?/, ''));
