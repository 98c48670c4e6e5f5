import { integer, type Options, text, words } from '../option.js';

/** The directory service of `workers.use_tas_uid`. */
export interface TasConfig {
  /** Base URL. */
  readonly url: string;
  readonly account: string;
  readonly password: string;
  /** Group of users whose profile names none; empty (default): the number of the user. */
  readonly gid: string;
  /** Tenants whose users it knows. */
  readonly tenants: readonly string[];
  /** Where profiles are; empty (default): nowhere. */
  readonly metadata_url: string;
  readonly metadata_token: string;
  /** Seconds. Default 5. */
  readonly timeout: number;
}

export const tas: Options<TasConfig> = {
  url: text({
    help: 'Base URL of the directory service that `workers.use_tas_uid` asks.',
    default: 'https://tas.tacc.utexas.edu/api/v1',
    secret: 'credentials',
    env: 'TAS_URL_BASE',
    pattern: /^https?:\/\/./,
    allowed: 'a URL that begins with http:// or https://',
  }),
  account: text({ help: 'Account of this service there.', default: 'tas-jetstream', env: 'TAS_ROLE_ACCT' }),
  password: text({ help: 'Its password.', default: '', secret: 'whole', env: 'TAS_ROLE_PASS' }),
  gid: text({
    help: 'Group of users whose profile names none. Empty: the number of the user.',
    default: '',
    env: 'TAS_GID',
    pattern: /^\d{0,10}$/,
    allowed: 'a number',
  }),
  tenants: words({
    help: 'Tenants whose users the directory knows: for them it wins over `actor_uid` of the tenant.',
    default: ['DESIGNSAFE', 'SD2E', 'TACC-PROD', 'TACC', 'A2CPS'],
    pattern: /^[A-Za-z0-9.-]+$/,
    allowed: 'names of tenants',
  }),
  metadata_url: text({
    help: 'URL of the metadata service that holds the profiles with `posix_gid`. Empty: there is none.',
    default: '',
    secret: 'credentials',
    pattern: /^$|^https?:\/\/./,
    allowed: 'a URL that begins with http:// or https://',
  }),
  metadata_token: text({ help: 'Bearer token for it.', default: '', secret: 'whole' }),
  timeout: integer({
    help: 'Seconds that each of the two may take to answer; then the actor gets no user and group.',
    default: 5,
    min: 1,
    max: 10,
  }),
};
