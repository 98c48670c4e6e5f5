import { boolean, type Options, text, words } from '../../option.js';

/** Secret configs: their keys, and who attaches them. */
export interface SecretsConfig {
  /** `id=key` or paths of files with such lines; the first key encrypts secret configs, all decrypt. Default: none. */
  readonly encryption_keys: readonly string[];
  /** Fernet key of the original, for the secrets that it has stored. Default: none. */
  readonly encryption_key: string;
  /** Attaching a config to an actor takes UPDATE on the actor. Default true. */
  readonly strict_config_actors: boolean;
}

export const secrets: Options<SecretsConfig> = {
  encryption_keys: words({
    help: 'Keys of secret configs, `id=key` with a key of `openssl rand -base64 32`, or the path of a file with such lines, beginning with / or a dot. The first encrypts, all decrypt. Empty: with the embedded store a key is made in `<general.data_dir>/secrets.key`, else there are no secrets.',
    default: [],
    secret: 'whole',
    pattern: /^([A-Za-z0-9_-]{1,32}=[A-Za-z0-9+/_-]{43}=?|[/.].*)$/,
    allowed: 'a list of id=key, each with a key of 32 bytes in base64, and paths of files with such lines',
  }),
  encryption_key: text({
    help: "The original's Fernet key: decrypts the secrets that it has stored. New ones are encrypted with `encryption_keys`.",
    default: '',
    secret: 'whole',
    pattern: /^$|^[A-Za-z0-9_-]{43}=?$/,
    allowed: 'a Fernet key: URL-safe base64 of 32 bytes',
  }),
  strict_config_actors: boolean({
    help: 'Whoever attaches a config to an actor must be allowed to update the actor. false: as the original, which lets every user set variables of every actor.',
    default: true,
  }),
};
