import { parseMount } from '../../mount-template.js';
import { boolean, type Options, text, words } from '../../option.js';

const mounts = {
  default: [],
  pattern: { test: (text: string) => parseMount(text) !== undefined },
  allowed:
    '<host path>:<container path>:<ro|rw>, separated by commas, with absolute paths without .. and no tokens but {username}, ' +
    '{tenant_id} and {tasdir}; not at a place that the service itself uses',
};

/** Numbers that Linux has for users and groups; 4,294,967,295 means none. */
const id = {
  default: '',
  pattern: { test: (text: string) => /^\d{0,10}$/.test(text) && Number(text) < 2 ** 32 - 1 },
  allowed: 'a number from 0 to 4294967294',
};

/** What of the host containers get, and as whom they run. */
export interface HostAccessConfig {
  /** `<host path>:<container path>:<ro|rw>`, with tokens; what containers get. Default none. */
  readonly global_mounts: readonly string[];
  /** The same for containers of privileged actors, in addition. Default none. */
  readonly privileged_mounts: readonly string[];
  /** Whether the directory service says as whom containers run. Default false. */
  readonly use_tas_uid: boolean;
  /** User and group of containers, numbers; empty (default): the image's own. */
  readonly actor_uid: string;
  readonly actor_gid: string;
  /** What `{tasdir}` in mounts stands for then. */
  readonly actor_homedir: string;
}

export const hostAccess: Options<HostAccessConfig> = {
  global_mounts: words({
    ...mounts,
    help: 'Directories and files of the host in actor containers: `<host path>:<container path>:<ro|rw>`. Tokens in paths: `{username}` (owner of the actor), `{tenant_id}`, `{tasdir}` (home directory). Decided when an actor is registered or updated.',
  }),
  privileged_mounts: words({ ...mounts, help: 'The same in containers of privileged actors, in addition.' }),
  use_tas_uid: boolean({
    help: 'The directory service (`tas`) says as whom the containers of an actor run: as its owner.',
    default: false,
  }),
  actor_uid: text({ ...id, help: "User of actor containers, a number. Empty: the image's own user." }),
  actor_gid: text({ ...id, help: 'Group of actor containers, a number; only together with `actor_uid`.' }),
  actor_homedir: text({
    help: 'Home directory that goes with `actor_uid`: `{tasdir}` in mounts.',
    default: '',
    pattern: /^[^:{}]*$/,
    allowed: 'a path without colons and braces',
  }),
};
