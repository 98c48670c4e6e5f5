import { choice, integer, type Options, text, words } from '../option.js';

/** The container engine, and the images on it. */
export interface DockerConfig {
  /** Engine URL. Empty (default) = `DOCKER_HOST`, else the Docker socket, else a Podman socket. */
  readonly dd: string;
  readonly pull_policy: 'always' | 'if-not-present' | 'never';
  /** Attempts to fetch an image whose registry does not answer, breaks off or limits the rate. Default 4. */
  readonly pull_attempts: number;
  /** Seconds before the second of them; doubled each time, up to a minute. Default 1. */
  readonly pull_retry_delay: number;
  /** `host=user:password`, or paths of files with such lines. Default none. */
  readonly registries: readonly string[];
  /** Seconds that an image which was fetched stays without being used; -1 (default): for ever. */
  readonly image_max_age: number;
  /** Bytes of the images that were fetched; -1 (default): no limit. */
  readonly image_max_bytes: number;
}

export const docker: Options<DockerConfig> = {
  dd: text({
    help: 'Container engine URL. Empty: `DOCKER_HOST`, else the Docker socket, else a Podman socket.',
    default: '',
    pattern: /^$|^(unix|tcp|https?):\/\/./,
    allowed: 'a URL that begins with unix://, tcp://, http:// or https://',
  }),
  pull_policy: choice({
    help: 'When to pull an image: `always`, `if-not-present` or `never`.',
    default: 'if-not-present',
    values: ['always', 'if-not-present', 'never'],
  }),
  pull_attempts: integer({
    help: 'How often an image is asked for when its registry does not answer, breaks off or limits the rate, before the actor goes to ERROR.',
    default: 4,
    min: 1,
    max: 100,
  }),
  pull_retry_delay: integer({
    help: 'Seconds between the first and the second of these attempts, up to half of it less at random; doubled each time, up to 60.',
    default: 1,
    min: 0,
    max: 60,
  }),
  registries: words({
    help: 'Accounts of registries, `host=user:password` (or an access token as password; `host=:token` for an identity token), or paths of files with such lines, beginning with / or a dot. Docker Hub is `docker.io`. Several of one host take turns. Tenants can have their own.',
    default: [],
    secret: 'whole',
    pattern: /^([/.].*|[^=\s/.][^=\s/]*=[^:\s]*:.+)$/s,
    allowed: 'a list of host=user:password, and paths of files with such lines',
  }),
  image_max_age: integer({
    help: 'Seconds that an image which was fetched stays on the engine when no worker uses it; -1: for ever.',
    default: -1,
    min: 0,
    unlimited: true,
  }),
  image_max_bytes: integer({
    help: 'Bytes that the images which were fetched may have together, as the engine counts them; beyond, the least recently used are removed. -1: no limit.',
    default: -1,
    min: 0,
    unlimited: true,
  }),
};
