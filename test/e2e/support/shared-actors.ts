import type { Call } from './jwt-server.js';

export const NO_ACTOR_ACCESS = 'Not authorized -- you do not have access to this actor.';

export interface Nonce {
  readonly id: string;
  readonly current_uses: number;
  readonly remaining_uses: number;
}

/** Registers an actor of which nothing is ever run. @returns its id */
export async function register(as: Call, fields: object = {}): Promise<string> {
  const { result } = await as('POST', '/actors', { image: 'abacosamples/test', ...fields });
  return String(result['id']);
}

export const grant = (as: Call, path: string, user: string, level: string) =>
  as('POST', `${path}/permissions`, { user, level });

/** The answer to a request that is refused. */
export const refused = (message: string, code = 400) => ({ code, status: 'error', message, result: null });
