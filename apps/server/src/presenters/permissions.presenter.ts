import type { PermissionEntry } from '@abaco/contract';

/** `result` of the permissions of an object: a map from user to level, in the order in which they were granted (contract 2.7). */
export const presentPermissions = (entries: readonly PermissionEntry[]): Record<string, string> =>
  Object.fromEntries(entries.map(({ user, level }) => [user, level]));
