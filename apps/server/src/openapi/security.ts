import type { OpenAPIObject } from '@nestjs/swagger';
import type { AbacoConfig } from '@abaco/config';
import { isPublic } from './common-parts.js';

type Schemes = NonNullable<NonNullable<OpenAPIObject['components']>['securitySchemes']>;

const header = (name: string, description: string): Schemes[string] => ({
  type: 'apiKey',
  in: 'header',
  name,
  description,
});

/** By source of tokens (`web.jwt_sources`): what to send. */
const schemes: Readonly<Record<string, (web: AbacoConfig['web']) => Schemes>> = {
  assertion: ({ tenant_name }) => ({
    assertion: header(`X-Jwt-Assertion-${tenant_name}`, "The gateway's token; the header's name ends with the tenant"),
  }),
  tapis: () => ({ tapis: header('X-Tapis-Token', 'Access token of Tapis') }),
  bearer: () => ({ bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } }),
};

/** Opens the endpoints of one actor or alias. */
const nonce: Schemes[string] = {
  type: 'apiKey',
  in: 'query',
  name: 'x-nonce',
  description: 'A nonce of the actor or alias that the path names',
};

/** Says which token the endpoints want: all but those of health, with access control `jwt` (design 0011). */
export function describeSecurity(document: OpenAPIObject, { web, tokens }: Pick<AbacoConfig, 'web' | 'tokens'>): void {
  if (web.access_control !== 'jwt') {
    document.security = []; // nobody has to say who they are
    return;
  }
  const sources = tokens.issuer === 'builtin' ? [...new Set([...web.jwt_sources, 'bearer'])] : web.jwt_sources;
  const used: Schemes = Object.assign({}, ...sources.map((source) => schemes[source]?.(web))) as Schemes;
  if (web.accept_nonce) used['nonce'] = nonce;
  (document.components ??= {}).securitySchemes = used;
  document.security = Object.keys(used).map((name) => ({ [name]: [] }));
  for (const [path, { get, post, put, delete: remove }] of Object.entries(document.paths)) {
    for (const operation of [get, post, put, remove]) {
      if (operation === undefined) continue;
      if (isPublic(path)) operation.security = [];
      // the token names the tenant, or the name of its header does
      operation.parameters = operation.parameters?.filter(
        (parameter) => !('name' in parameter && parameter.name === 'tenant'),
      );
    }
  }
}
