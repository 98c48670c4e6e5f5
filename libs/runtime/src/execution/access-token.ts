import { ANONYMOUS } from '@abaco/access';
import type { ActorDbid, ExecutionDbid, TenantId } from '@abaco/contract';
import type { ActorRecord, ExecutionRecord } from '@abaco/store';
import type { RuntimeServices } from '../runtime-services.js';
import { runTimeLimit } from './run-time-limit.js';

/** Whom an access token is to be about, and for which attempt. */
export interface TokenRequest {
  readonly tenant: TenantId;
  readonly owner: string;
  /** The owner has only the role `limited`. */
  readonly ownerIsLimited: boolean;
  readonly actor: ActorDbid;
  readonly execution: ExecutionDbid;
  /** Seconds that the execution may run; -1: unlimited. */
  readonly runTimeLimit: number;
}

/** Gives each attempt a fresh access token of its actor's owner (contract 7). */
export interface TokenProvider {
  /** @returns empty when there is none. @throws when there should be one: the attempt is repeated */
  tokenFor(request: TokenRequest): string | Promise<string>;
}

export const noTokens: TokenProvider = { tokenFor: () => '' };

/** What goes into `_abaco_access_token`; empty for actors that want none. It is in no record and no log. */
export async function accessToken(
  { config, tokens }: Pick<RuntimeServices, 'config' | 'tokens'>,
  actor: ActorRecord,
  claimed: ExecutionRecord,
): Promise<string> {
  // whoever is anonymous has no token, and no token says that it is theirs
  if (!wantsToken(actor) || actor.owner === ANONYMOUS) return '';
  return tokens.tokenFor({
    tenant: actor.tenant,
    owner: actor.owner,
    ownerIsLimited: actor.owner_limited ?? false,
    actor: actor._id,
    execution: claimed._id,
    runTimeLimit: runTimeLimit(config, actor),
  });
}

/** A default is stored as text (contract 2.1.2). */
const wantsToken = ({ token }: ActorRecord): boolean => token === true || String(token).toLowerCase() === 'true';
