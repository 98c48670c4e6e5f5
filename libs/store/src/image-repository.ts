import type { Model } from 'mongoose';
import type { HostId } from '@abaco/contract';
import { literals } from './database-time.js';
import type { Database } from './database.js';
import type { FetchedImage, ImageRecord } from './image-record.js';
import { imageSchema } from './image-schema.js';

const keyOf = (host: HostId, id: string): string => `${host}/${id}`;

/** Images that hosts have fetched: who may use them, and when they were used. All times are the database's. */
export class ImageRepository {
  private readonly model: Model<ImageRecord>;

  constructor(private readonly database: Database) {
    this.model = database.model('Image', imageSchema);
  }

  /** @returns null for an image that this host has not fetched */
  async find(host: HostId, image: string): Promise<ImageRecord | null> {
    return this.database.run(() => this.model.findById(keyOf(host, image)).lean<ImageRecord>().exec());
  }

  /** Notes that a host begins to fetch `name`: if it dies, the image does not count as everybody's. @param pull id of its own @param previous id that it has now */
  async beginPull(host: HostId, pull: string, name: string, previous: string | null): Promise<void> {
    const begun = {
      host_id: host,
      image_id: null,
      previous_id: previous,
      names: [name],
      private: true,
      tenants: [],
      bytes: 0,
    };
    await this.upsert(keyOf(host, pull), literals(begun));
  }

  /** Ends what {@link beginPull} began, after {@link addPulled}. */
  async endPull(host: HostId, pull: string): Promise<void> {
    await this.database.run(() => this.model.deleteOne({ _id: keyOf(host, pull) }).exec());
  }

  /** Pulls of a host that have not ended. */
  async listPulls(host: HostId): Promise<ImageRecord[]> {
    return this.database.run(() => this.model.find({ host_id: host, image_id: null }).lean<ImageRecord[]>().exec());
  }

  /** An image is fetched: for a tenant, or for everybody, which it then stays. */
  async addPulled(host: HostId, { id, name, bytes, tenant }: FetchedImage): Promise<void> {
    const added = (field: string, values: readonly string[]) => ({
      $setUnion: [{ $ifNull: [field, []] }, { $literal: values }],
    });
    await this.upsert(keyOf(host, id), {
      ...literals({ host_id: host, image_id: id, bytes }),
      names: added('$names', [name]),
      tenants: added('$tenants', tenant === null ? [] : [tenant]),
      private: tenant === null ? { $literal: false } : { $ifNull: ['$private', true] },
    });
  }

  /** After a crash: nobody has shown yet that the image may be used. Nothing changes for one that is known. */
  async addUnproven(host: HostId, { id, name, bytes }: Omit<FetchedImage, 'tenant'>): Promise<void> {
    await this.upsert(keyOf(host, id), {
      ...literals({ host_id: host, image_id: id, bytes }),
      names: { $ifNull: ['$names', { $literal: [name] }] },
      tenants: { $ifNull: ['$tenants', { $literal: [] }] },
      private: { $ifNull: ['$private', true] },
    });
  }

  /** A worker begins or ends to use an image. */
  async touch(host: HostId, image: string): Promise<void> {
    await this.database.run(() =>
      this.model
        .updateOne({ _id: keyOf(host, image) }, [{ $set: { last_used: '$$NOW' } }], { updatePipeline: true })
        .exec(),
    );
  }

  /** What a host has fetched, least recently used first, with the seconds since. */
  async listUnused(host: HostId): Promise<(ImageRecord & { readonly unusedSeconds: number })[]> {
    return this.database.run(() =>
      this.model
        .aggregate<ImageRecord & { readonly unusedSeconds: number }>([
          { $match: { host_id: host, image_id: { $ne: null } } },
          { $sort: { last_used: 1, _id: 1 } },
          { $set: { unusedSeconds: { $divide: [{ $subtract: ['$$NOW', '$last_used'] }, 1000] } } },
        ])
        .exec(),
    );
  }

  /** Others have given names to the image: it is not to be removed. Who may use it stays on record. */
  async disown(host: HostId, image: string): Promise<void> {
    await this.database.run(() => this.model.updateOne({ _id: keyOf(host, image) }, { $set: { names: [] } }).exec());
  }

  /** The image is gone from the host. */
  async remove(host: HostId, image: string): Promise<void> {
    await this.database.run(() => this.model.deleteOne({ _id: keyOf(host, image) }).exec());
  }

  private async upsert(_id: string, fields: Readonly<Record<string, unknown>>): Promise<void> {
    await this.database.run(() =>
      this.model
        .updateOne({ _id }, [{ $set: { ...fields, last_used: '$$NOW' } }], { upsert: true, updatePipeline: true })
        .exec(),
    );
  }
}
