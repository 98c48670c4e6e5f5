import { boolean, choice, integer, type Options, text, words } from '../../option.js';

const claims = (help: string, names: readonly string[]) =>
  words({
    help,
    default: names,
    pattern: /^(user|tenant|roles)=./,
    allowed: 'a list of user=, tenant= and roles=, each with the name of a claim',
  });

/** Who may call, and how callers are recognised. */
export interface AccessConfig {
  /** `none` (default) or `jwt`. */
  readonly access_control: 'none' | 'jwt';
  /** Where tokens are looked for: `assertion`, `tapis`, `bearer`. Default `assertion`. */
  readonly jwt_sources: readonly string[];
  /** Public key of tenants without their own: base64 of the DER form, PEM, or the path of a file with either. */
  readonly apim_public_key: string;
  /** JWKS endpoint of tenants without their own keys; instead of `apim_public_key`. */
  readonly jwks_uri: string;
  /** `TENANT=key`, a key as in `apim_public_key`. */
  readonly tenant_public_keys: readonly string[];
  /** `TENANT=URL` of JWKS endpoints. */
  readonly tenant_jwks_uris: readonly string[];
  /** Whether RSA keys of 1024 to 2047 bits count. Default false. */
  readonly allow_weak_keys: boolean;
  /** Seconds that clocks may differ; -1: tokens do not expire. Default 60. */
  readonly jwt_tolerance: number;
  /** Tenant of tokens in the header `Assertion`. Default `DEV-STAGING`. */
  readonly assertion_tenant: string;
  /** `user=`, `tenant=` and `roles=` with names of claims. */
  readonly bearer_claims: readonly string[];
  readonly bearer_issuer: string;
  readonly bearer_audience: string;
  readonly tapis_claims: readonly string[];
  /** Nonces open endpoints for requests without a valid token, mode `jwt`. Default true. */
  readonly accept_nonce: boolean;
  /** Role that makes a caller a user of Abaco. Default `Internal/abaco-user`. */
  readonly user_role: string;
  /** Whether admin endpoints show all tenants. Default `instance`. */
  readonly admin_scope: 'instance' | 'tenant';
  /** Tenant of requests without a `tenant` header. Default `DEV`. */
  readonly tenant_name: string;
}

export const access: Options<AccessConfig> = {
  access_control: choice({
    help: 'Who may call: `none` lets everybody in, `jwt` those with a signed token.',
    default: 'none',
    values: ['none', 'jwt'],
  }),
  jwt_sources: words({
    help: 'Where tokens are looked for: `assertion` (headers X-Jwt-Assertion-<tenant> and Assertion, for a gateway in front that alone can be reached), `tapis` (header X-Tapis-Token), `bearer` (header Authorization).',
    default: ['assertion'],
    pattern: /^(assertion|tapis|bearer)$/,
    allowed: 'a list of assertion, tapis and bearer',
  }),
  apim_public_key: text({
    help: 'Public key that verifies tokens of tenants without keys of their own: base64 of the DER form, PEM, or the path of a file with either, beginning with / or a dot.',
    default: '',
  }),
  jwks_uri: text({
    help: 'JWKS endpoint with the keys of tenants without their own, instead of `apim_public_key`.',
    default: '',
    secret: 'credentials',
    pattern: /^$|^https?:\/\/[^@\s]+$/,
    allowed: 'a URL that begins with http:// or https:// and holds no credentials',
  }),
  tenant_public_keys: words({
    help: 'Keys of single tenants, `TENANT=key`, each as in `apim_public_key`.',
    default: [],
    pattern: /^[A-Za-z0-9.-]+=./,
    allowed: 'a list of TENANT=key',
  }),
  tenant_jwks_uris: words({
    help: 'JWKS endpoints of single tenants, `TENANT=URL`.',
    default: [],
    secret: 'credentials',
    pattern: /^[A-Za-z0-9.-]+=https?:\/\/[^@\s]+$/,
    allowed: 'a list of TENANT=URL, without credentials',
  }),
  allow_weak_keys: boolean({
    help: "Accept RSA keys of 1024 to 2047 bits, such as that of the original's gateway. They can be broken.",
    default: false,
  }),
  jwt_tolerance: integer({
    help: 'Seconds that clocks may differ when it is checked whether a token has expired; -1: it is not checked.',
    default: 60,
    min: 0,
    unlimited: true,
  }),
  assertion_tenant: text({
    help: 'Tenant of tokens in the header Assertion.',
    default: 'DEV-STAGING',
    pattern: /^[A-Za-z0-9.-]+$/,
    allowed: 'letters, digits, dots and hyphens',
  }),
  bearer_claims: claims(
    'Claims of `bearer` tokens. Without `tenant=` they are all of `tenant_name`. Roles are a list or a text with commas.',
    ['user=sub', 'tenant=tenant', 'roles=roles'],
  ),
  bearer_issuer: text({ help: '`iss` that `bearer` tokens must have. Empty: any.', default: '' }),
  bearer_audience: text({ help: '`aud` that `bearer` tokens must have. Empty: any.', default: '' }),
  tapis_claims: claims('Claims of `tapis` tokens. Every user with a valid one has `user_role`.', [
    'user=tapis/username',
    'tenant=tapis/tenant_id',
  ]),
  accept_nonce: boolean({
    help: 'Let requests in by a nonce (`x-nonce` in the query) when they bring no valid token (mode `jwt`).',
    default: true,
  }),
  user_role: text({
    help: 'Role that makes a caller a user of Abaco (mode `jwt`).',
    default: 'Internal/abaco-user',
    pattern: /^[^,\s]+$/,
    allowed: 'a role without commas and spaces',
  }),
  admin_scope: choice({
    help: 'What the admin endpoints show: `instance` (all tenants, as the original) or `tenant` (the tenant of the admin).',
    default: 'instance',
    values: ['instance', 'tenant'],
  }),
  tenant_name: text({
    help: 'Tenant of requests without a `tenant` header (mode `none`), and of tokens without a claim for it.',
    default: 'DEV',
    pattern: /^[A-Za-z0-9.-]+$/,
    allowed: 'letters, digits, dots and hyphens',
  }),
};
