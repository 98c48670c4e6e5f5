import type { ConfigOverrides } from '@abaco/config';
import { testKey } from '../../../libs/access/test-support/tokens.js';
import { ApiApplication } from './api-application.js';

/** What signs the tokens that it takes. */
export const key = testKey();

/** The REST service with access control by tokens, and an actor of jdoe in every tenant. */
export async function startWithTokens(web: ConfigOverrides['web'] = {}): Promise<ApiApplication> {
  const api = await ApiApplication.start({
    web: { access_control: 'jwt', apim_public_key: key.der, ...web },
    tenants: { DEV: { actor_uid: '1000', actor_gid: '1000' } },
  });
  const { actor } = api.queries;
  const permissions = [{ user: 'jdoe', level: 'UPDATE' }] as const;
  api.queries.actor = async (caller, id) => ({ ...(await actor(caller, id)), permissions, tenant: caller.tenant });
  return api;
}
