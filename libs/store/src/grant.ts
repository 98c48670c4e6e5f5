import type { PermissionEntry } from '@abaco/contract';

/**
 * `permissions` with `entry` in it, as an expression for update pipelines: the user's entry is replaced where it stands, or
 * added at the end.
 */
export function granting({ user, level }: PermissionEntry): object {
  const entry = { user: { $literal: user }, level: { $literal: level } };
  const replaced = { $cond: [{ $eq: ['$$this.user', entry.user] }, entry, '$$this'] };
  return {
    $cond: [
      { $in: [entry.user, '$permissions.user'] },
      { $map: { input: '$permissions', as: 'this', in: replaced } },
      { $concatArrays: ['$permissions', [entry]] },
    ],
  };
}

/** Most entries that an object can have: the record must stay small. */
export const MAX_PERMISSIONS = 10_000;

/** Matches an object that has room for an entry of `user`. */
export const roomFor = (user: string): object => ({
  $or: [{ 'permissions.user': user }, { [`permissions.${MAX_PERMISSIONS - 1}`]: { $exists: false } }],
});
