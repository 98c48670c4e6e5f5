/** What a user may do to an object, from nothing to everything; a higher level includes the lower (contract 3.5). */
export const permissionLevels = ['NONE', 'READ', 'EXECUTE', 'UPDATE'] as const;

export type PermissionLevel = (typeof permissionLevels)[number];

/** What one user was granted. A user has at most one entry on an object. */
export interface PermissionEntry {
  readonly user: string;
  readonly level: PermissionLevel;
}

/** The user that stands for everybody of the tenant. */
export const WORLD = 'ABACO_WORLD';

/** Whether `granted` includes `needed`. */
export const includesLevel = (granted: PermissionLevel, needed: PermissionLevel): boolean =>
  permissionLevels.indexOf(granted) >= permissionLevels.indexOf(needed);

/** The better of what a user and everybody was granted; `NONE` when neither is there. */
export function grantedTo(user: string, entries: readonly PermissionEntry[]): PermissionLevel {
  const granted = entries.filter((entry) => entry.user === user || entry.user === WORLD);
  return granted.reduce<PermissionLevel>((best, { level }) => (includesLevel(best, level) ? best : level), 'NONE');
}
