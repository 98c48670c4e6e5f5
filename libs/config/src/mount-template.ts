/** A host directory or file that containers get. Paths may hold the tokens of {@link mountTokens}. */
export interface MountTemplate {
  readonly hostPath: string;
  readonly containerPath: string;
  readonly mode: 'ro' | 'rw';
}

/** Stand in paths for the owner of the actor, its tenant, and the home directory that the directory service knows (contract 4.5). */
export const mountTokens = ['username', 'tenant_id', 'tasdir'] as const;

export type MountToken = (typeof mountTokens)[number];

/** Places that the service itself mounts. */
const TAKEN = /^\/(_abaco_results\.sock|_abaco_binary_data|_abaco_actor_state)?$/;

/** Absolute, without detours; the token `tasdir` may be an absolute path itself. */
function isPath(text: string): boolean {
  const fixed = mountTokens.reduce((rest, token) => rest.replaceAll(`{${token}}`, 'x'), text);
  if (/[{}\0]/.test(fixed) || !(text.startsWith('/') || text.startsWith('{tasdir}'))) return false;
  return fixed.split('/').every((part) => part !== '.' && part !== '..');
}

/**
 * Reads `<host path>:<container path>:<ro|rw>`.
 * @returns undefined when it is malformed, has unknown tokens or `..`, or its place in the container is taken
 */
export function parseMount(text: string): MountTemplate | undefined {
  const [, hostPath = '', containerPath = '', mode] = /^([^:]+):([^:]+):(ro|rw)$/.exec(text) ?? [];
  if (!isPath(hostPath) || !isPath(containerPath)) return undefined;
  if (TAKEN.test(containerPath.replace(/\/+/g, '/').replace(/(.)\/$/, '$1'))) return undefined;
  return { hostPath, containerPath, mode: mode as MountTemplate['mode'] };
}
