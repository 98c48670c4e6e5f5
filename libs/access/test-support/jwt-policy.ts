import { type ConfigOverrides, loadConfig } from '@abaco/config';
import type { RequestHeaders } from '../src/access-policy.js';
import { JwtAccess } from '../src/jwt/jwt-access.js';
import { gatewayClaims, signedToken, testKey } from './tokens.js';

/** The key that all tokens of these tests are signed with, unless they say otherwise. */
export const common = testKey();
/** Where the gateway puts a token of tenant DEV-DEVELOP. */
export const HEADER = 'x-jwt-assertion-dev-develop';

/** A policy that takes tokens from every source. */
export const access = (web: ConfigOverrides['web'] = {}): JwtAccess =>
  new JwtAccess(
    loadConfig({
      env: {},
      overrides: {
        web: {
          access_control: 'jwt',
          apim_public_key: common.der,
          api_server: 'https://api.example.org',
          jwt_sources: ['assertion', 'tapis', 'bearer'],
          ...web,
        },
      },
    }).web,
  );
/** Request headers with a token of the gateway. */
export const asserted = (
  claims: object = {},
  ...rest: [header?: object, encoding?: 'base64' | 'base64url']
): RequestHeaders => ({
  [HEADER]: signedToken(gatewayClaims(claims), common, ...rest),
});
