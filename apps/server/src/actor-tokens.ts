import { join } from 'node:path';
import { ActorTokens } from '@abaco/access';
import { type AbacoConfig, mongoUri } from '@abaco/config';
import type { TokenProvider } from '@abaco/runtime';
import { openSigningKey } from '@abaco/secrets';

/** Seconds that an execution may go on after it was told to end. */
const GRACE_SECONDS = 60;

/**
 * The tokens of `tokens.issuer`; undefined for `none`. The key is made beside the embedded store, where there is one.
 * @throws InvalidSigningKey
 */
export function actorTokensOf({ store, tokens, web }: AbacoConfig, dataDirectory: string): ActorTokens | undefined {
  if (tokens.issuer === 'none') return undefined;
  const own = mongoUri(store) === null ? { keyFile: join(dataDirectory, 'tokens.key') } : {};
  const privateKey = openSigningKey({ configured: tokens.signing_key, ...own });
  return new ActorTokens({ privateKey, userRole: web.user_role });
}

/** Gives them to executions, for no longer than these may run. */
export function tokenProviderOf(actorTokens: ActorTokens, { tokens }: AbacoConfig): TokenProvider {
  return {
    tokenFor: ({ tenant, owner, ownerIsLimited, execution, runTimeLimit }) => {
      const needed = runTimeLimit < 0 ? tokens.lifetime : runTimeLimit + GRACE_SECONDS;
      const subject = { tenant, user: owner, limited: ownerIsLimited, id: execution };
      return actorTokens.issue(subject, Math.min(tokens.lifetime, needed));
    },
  };
}
