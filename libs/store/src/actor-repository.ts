import type { Model } from 'mongoose';
import { type ActorDbid, type PermissionEntry, type TenantId, WORLD } from '@abaco/contract';
import { ActorCron } from './actor-cron.js';
import type { ActorChanges, ActorRecord, WarmActor } from './actor-record.js';
import type { ActorFault } from './actor-fault.js';
import { ActorFaults } from './actor-faults.js';
import { actorSchema } from './actor-schema.js';
import { literals } from './database-time.js';
import type { Database } from './database.js';
import type { EventRecord } from './event-record.js';
import { granting } from './grant.js';
import { PendingEvents } from './pending-events.js';
import { grant } from './shared-record.js';
import { comesAfter, type PageRequest } from './page.js';
import { packJson, unpackJson } from './stored-json.js';

const toStored = (actor: ActorRecord): ActorRecord => ({
  ...actor,
  state: packJson(actor.state),
  default_environment: packJson(actor.default_environment) as ActorRecord['default_environment'],
});

/** Members that actors of older versions were stored without. */
const laterMembers = { network: null, use_init: null, message_format: null, max_run_time: null };

export const actorFromStored = (stored: ActorRecord): ActorRecord => ({
  ...laterMembers,
  ...stored,
  state: unpackJson(stored.state),
  default_environment: unpackJson(stored.default_environment) as ActorRecord['default_environment'],
});

const byAge = { create_time: 1, _id: 1 } as const;

/** Actors of a tenant on which `user` or everybody was granted READ or more (contract 3.5). */
export const readableBy = (tenant: TenantId, user: string) => ({
  tenant,
  permissions: { $elemMatch: { user: { $in: [user, WORLD] }, level: { $in: ['READ', 'EXECUTE', 'UPDATE'] } } },
});

/** The versions that an actor may have for a change to be made; undefined: any. */
export type ActorVersions = readonly number[] | undefined;

const oneOf = (versions: ActorVersions) => versions !== undefined && { version: { $in: [...versions] } };

/** Registered actors. */
export class ActorRepository {
  readonly events: PendingEvents<ActorDbid>;
  readonly faults: ActorFaults;
  readonly cron: ActorCron;
  private readonly model: Model<ActorRecord>;

  constructor(private readonly database: Database) {
    this.model = database.model('Actor', actorSchema);
    this.events = new PendingEvents(database, 'actors');
    this.faults = new ActorFaults(database, this.model);
    this.cron = new ActorCron(database, this.model);
  }

  async insert(actor: ActorRecord): Promise<void> {
    await this.database.run(() => this.model.insertOne(toStored(actor)));
  }

  async find(actor: ActorDbid): Promise<ActorRecord | null> {
    const stored = await this.database.run(() => this.model.findById(actor).lean<ActorRecord>().exec());
    return stored && actorFromStored(stored);
  }

  /**
   * Those of a tenant on which `user` or everybody was granted READ or more, in order of registration.
   * @param page undefined: all of them; else one more than the page holds, when there are more
   */
  async listReadable(tenant: TenantId, user: string, page?: PageRequest): Promise<ActorRecord[]> {
    return this.listMatching(readableBy(tenant, user), page);
  }

  /** Ids of those of a tenant on which `user` or everybody was granted READ or more. */
  async readableIds(tenant: TenantId, user: string): Promise<ActorDbid[]> {
    const found = await this.database.run(() =>
      this.model.find(readableBy(tenant, user), { _id: 1 }).lean<Pick<ActorRecord, '_id'>[]>().exec(),
    );
    return found.map(({ _id }) => _id);
  }

  /** In order of registration. @param tenant undefined: of all tenants */
  async listAll(tenant?: TenantId): Promise<ActorRecord[]> {
    return this.listMatching(tenant === undefined ? {} : { tenant });
  }

  /** Those of all tenants. */
  async countAll(): Promise<number> {
    return this.database.run(() => this.model.countDocuments().exec());
  }

  /** How many a tenant has. @param atMost counting ends there */
  async count(tenant: TenantId, atMost: number): Promise<number> {
    if (atMost <= 0) return 0; // a limit of 0 is none
    return this.database.run(() => this.model.countDocuments({ tenant }, { limit: atMost }).exec());
  }

  /** All actors of a tenant in order of registration. @param page as of {@link listReadable} */
  async list(tenant: TenantId, page?: PageRequest): Promise<ActorRecord[]> {
    return this.listMatching({ tenant }, page);
  }

  /**
   * To READY from SUBMITTED or ERROR, only for this revision and never from SHUTTING_DOWN.
   * @param event written with the change, if there is one
   * @returns whether it changed.
   */
  async markReady(actor: ActorDbid, revision: number, event?: EventRecord): Promise<boolean> {
    const to = { status: 'READY', status_message: ' ', fault: null } as const;
    return this.setStatus(actor, revision, ['SUBMITTED', 'ERROR'], to, event);
  }

  /**
   * To ERROR with a text and what is to become of it, only for this revision and never from SHUTTING_DOWN.
   * @param event written with the change, if there is one; not when the actor has been in ERROR already
   * @returns whether it changed.
   */
  async markError(
    actor: ActorDbid,
    revision: number,
    message: string,
    fault: ActorFault,
    event?: EventRecord,
  ): Promise<boolean> {
    const to = { status: 'ERROR', status_message: message, fault } as const;
    if (await this.setStatus(actor, revision, ['SUBMITTED', 'READY'], to, event)) return true;
    return this.setStatus(actor, revision, ['ERROR'], to);
  }

  /** @returns the record, or null when there is none. */
  async markShuttingDown(actor: ActorDbid, versions?: ActorVersions): Promise<ActorRecord | null> {
    const stored = await this.database.run(() =>
      this.model
        .findOneAndUpdate(
          { _id: actor, ...oneOf(versions) },
          { $set: { status: 'SHUTTING_DOWN' } },
          { returnDocument: 'after' },
        )
        .lean<ActorRecord>()
        .exec(),
    );
    return stored && actorFromStored(stored);
  }

  /**
   * Replaces what its owner may say of an actor, never in SHUTTING_DOWN and never from stateful to stateless. Another image, or
   * `renew`, makes the next revision, which begins SUBMITTED. The user who does it may update the actor from now on.
   * @returns the new record, or null when there is no such actor or it must not be changed so.
   */
  async update(
    actor: ActorDbid,
    changes: ActorChanges,
    by: string,
    renew: boolean,
    versions?: ActorVersions,
  ): Promise<ActorRecord | null> {
    const { state, default_environment, ...rest } = changes;
    const renewed = renew ? true : { $ne: ['$image', { $literal: changes.image }] };
    const fields = {
      ...literals({
        ...rest,
        default_environment: packJson(default_environment),
        ...(state !== undefined && { state: packJson(state) }),
      }),
      version: { $add: ['$version', 1] },
      revision: { $cond: [renewed, { $add: ['$revision', 1] }, '$revision'] },
      status: { $cond: [renewed, 'SUBMITTED', '$status'] },
      status_message: { $cond: [renewed, null, '$status_message'] },
      fault: { $cond: [renewed, null, '$fault'] },
      last_update_time: '$$NOW',
      permissions: granting({ user: by, level: 'UPDATE' }),
    };
    const from = changes.stateless ? [true] : [true, false];
    const stored = await this.database.run(() =>
      this.model
        .findOneAndUpdate(
          { _id: actor, status: { $ne: 'SHUTTING_DOWN' }, stateless: { $in: from }, ...oneOf(versions) },
          [{ $set: fields }],
          { returnDocument: 'after', updatePipeline: true },
        )
        .lean<ActorRecord>()
        .exec(),
    );
    return stored && actorFromStored(stored);
  }

  /** Replaces the state of a stateful actor. @returns the new record, or null when the actor is unknown or stateless. */
  async replaceState(actor: ActorDbid, state: unknown, versions?: ActorVersions): Promise<ActorRecord | null> {
    const stored = await this.database.run(() =>
      this.model
        .findOneAndUpdate(
          { _id: actor, stateless: false, ...oneOf(versions) },
          { $set: { state: packJson(state) }, $inc: { version: 1 }, $currentDate: { last_update_time: true } },
          { returnDocument: 'after' },
        )
        .lean<ActorRecord>()
        .exec(),
    );
    return stored && actorFromStored(stored);
  }

  /** @returns the entries after the change, or null when there is no such actor. @throws TooManyPermissions */
  grant(actor: ActorDbid, entry: PermissionEntry): Promise<readonly PermissionEntry[] | null> {
    return grant(this.database, this.model, actor, entry);
  }

  /** Actors that were stored before there were permissions belong to their owners alone; all have a version. */
  async addMissingPermissions(): Promise<void> {
    const owners = [{ user: '$owner', level: 'UPDATE' }];
    await this.database.run(() =>
      this.model
        .updateMany({ permissions: { $exists: false } }, [{ $set: { permissions: owners } }], { updatePipeline: true })
        .exec(),
    );
    await this.database.run(() =>
      this.model.updateMany({ version: { $exists: false } }, { $set: { version: 1 } }).exec(),
    );
  }

  async delete(actor: ActorDbid): Promise<void> {
    await this.database.run(() => this.model.deleteOne({ _id: actor }).exec());
  }

  /** Actors whose deletion was begun and not finished. */
  async listShuttingDown(): Promise<ActorRecord[]> {
    const stored = await this.database.run(() =>
      this.model.find({ status: 'SHUTTING_DOWN' }).lean<ActorRecord[]>().exec(),
    );
    return stored.map(actorFromStored);
  }

  /**
   * Actors that may have workers kept warm: those that say so, and those of `tenants` whatever they say. Not those in ERROR or SHUTTING_DOWN.
   */
  async listKeptWarm(tenants: 'all' | readonly string[]): Promise<WarmActor[]> {
    // the status is looked at here: together with it a database might choose the index of the status, which most actors are in
    const find = async (filter: object): Promise<WarmActor[]> => {
      const fields = { tenant: 1, id: 1, status: 1, stateless: 1, max_workers: 1, scaling: 1 } as const;
      const found = await this.database.run(() => this.model.find(filter, fields).lean<WarmActor[]>().exec());
      return found.filter(({ status }) => status === 'SUBMITTED' || status === 'READY');
    };
    if (tenants === 'all') return find({});
    const saidSo = await find({ 'scaling.min_workers': { $gt: 0 } });
    const ofTenants = tenants.length === 0 ? [] : await find({ tenant: { $in: [...tenants] } });
    return [...new Map([...saidSo, ...ofTenants].map((actor) => [actor._id, actor])).values()];
  }

  private async listMatching(filter: object, page?: PageRequest): Promise<ActorRecord[]> {
    const stored = await this.database.run(() =>
      this.model
        .find({ ...filter, ...comesAfter('create_time', page?.after) })
        .sort(byAge)
        .limit(page ? page.size + 1 : 0)
        .lean<ActorRecord[]>()
        .exec(),
    );
    return stored.map(actorFromStored);
  }

  private async setStatus(
    actor: ActorDbid,
    revision: number,
    from: readonly ActorRecord['status'][],
    to: Pick<ActorRecord, 'status' | 'status_message' | 'fault'>,
    event?: EventRecord,
  ): Promise<boolean> {
    const change = { $set: to, ...(event && { $push: { pending_events: event } }) };
    const { matchedCount } = await this.database.run(() =>
      this.model.updateOne({ _id: actor, revision, status: { $in: [...from] } }, change).exec(),
    );
    return matchedCount === 1;
  }
}
