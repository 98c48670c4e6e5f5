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
  if (!wantsToken(actor)) return '';
  return tokens.tokenFor({
    tenant: actor.tenant,
    owner: actor.owner,
    ownerIsLimited: actor.owner_limited ?? false,
    actor: actor._id,
    execution: claimed._id,
    runTimeLimit: runTimeLimit(config, actor),
  });
}

/** Whether executions of an actor get a token. Whoever is anonymous has none, and no token says that it is theirs. */
export const wantsToken = ({ token, owner }: Pick<ActorRecord, 'token' | 'owner'>): boolean =>
  // a default is stored as text (contract 2.1.2)
  (token === true || String(token).toLowerCase() === 'true') && owner !== ANONYMOUS;
