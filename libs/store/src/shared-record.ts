import type { PermissionEntry } from '@abaco/contract';
import type { Model } from 'mongoose';
import type { Database } from './database.js';
import { TooManyPermissions } from './errors.js';
import { granting, roomFor } from './grant.js';

/** A record that is shared by permissions. */
export interface SharedRecord {
  readonly _id: string;
  readonly permissions: readonly PermissionEntry[];
}

/**
 * Sets what a user may do to an object, in one atomic step.
 * @returns the entries after the change, or null when there is no such object
 * @throws TooManyPermissions
 */
export async function grant<R extends SharedRecord>(
  database: Database,
  model: Model<R>,
  id: R['_id'],
  entry: PermissionEntry,
): Promise<readonly PermissionEntry[] | null> {
  const changed = await database.run(() =>
    model
      .findOneAndUpdate(
        { _id: id, ...roomFor(entry.user) } as never,
        [{ $set: { permissions: granting(entry) } }] as never,
        { returnDocument: 'after', updatePipeline: true, projection: { permissions: 1 } },
      )
      .lean<SharedRecord>()
      .exec(),
  );
  if (changed) return changed.permissions;
  if (await database.run(() => model.exists({ _id: id } as never).exec())) throw new TooManyPermissions(id);
  return null;
}
