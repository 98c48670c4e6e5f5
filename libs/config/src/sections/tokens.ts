import { choice, integer, type Options, text } from '../option.js';

/** Access tokens of executions. */
export interface TokensConfig {
  /** `none` (default) or `builtin`. */
  readonly issuer: 'none' | 'builtin';
  /** Seconds. Default 14,400. */
  readonly lifetime: number;
  /** Ed25519: base64 of PKCS#8, or the path of a PEM file. Default empty: one is made, with the embedded store. */
  readonly signing_key: string;
}

export const tokens: Options<TokensConfig> = {
  issuer: choice({
    help: 'Who gives the executions of actors with `token` an access token of their owner, `_abaco_access_token`. `builtin`: this service signs it and accepts it (header Authorization: Bearer); needs `web.access_control` jwt. `none`: nobody, it is empty.',
    default: 'none',
    values: ['none', 'builtin'],
  }),
  lifetime: integer({
    help: 'Seconds that such a token is valid; less when the execution may not run for so long.',
    default: 14_400,
    min: 60,
    max: 86_400,
  }),
  signing_key: text({
    help: 'Key that signs them, Ed25519: base64 of the PKCS#8 DER form, or the path of a PEM file as `openssl genpkey -algorithm ed25519` makes it, beginning with / or a dot. The same on all hosts. Empty: with the embedded store a key is made in `<general.data_dir>/tokens.key`.',
    default: '',
    secret: 'whole',
    pattern: /^$|^[/.].*|^[A-Za-z0-9+/]{40,}={0,2}$/,
    allowed: 'base64 of a PKCS#8 key, or a path',
  }),
};
