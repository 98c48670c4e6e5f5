import type { AbacoConfig } from '../abaco-config.js';
import { parseMount } from '../mount-template.js';
import { boolean, choice, integer, type Options, text, words } from '../option.js';

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

/** Linux' names without `CAP_` (capabilities(7)). */
const CAPABILITIES = new Set(
  (
    'AUDIT_CONTROL AUDIT_READ AUDIT_WRITE BLOCK_SUSPEND BPF CHECKPOINT_RESTORE CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID ' +
    'IPC_LOCK IPC_OWNER KILL LEASE LINUX_IMMUTABLE MAC_ADMIN MAC_OVERRIDE MKNOD NET_ADMIN NET_BIND_SERVICE NET_BROADCAST NET_RAW ' +
    'PERFMON SETFCAP SETGID SETPCAP SETUID SYSLOG SYS_ADMIN SYS_BOOT SYS_CHROOT SYS_MODULE SYS_NICE SYS_PACCT SYS_PTRACE ' +
    'SYS_RAWIO SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG WAKE_ALARM'
  ).split(' '),
);

export const workers: Options<AbacoConfig['workers']> = {
  init_count: integer({
    help: 'Workers that are started when an actor is registered, at most as many as it may have; one of stateful actors.',
    default: 1,
    min: 0,
    max: 100_000,
  }),
  autoscaling: boolean({ help: 'More workers while messages wait (stateless actors only).', default: true }),
  min_workers: integer({
    help: 'Workers of each actor that stay although nothing waits, unless the actor says so in `scaling`; 0: none.',
    default: 0,
    min: 0,
    max: 100_000,
  }),
  messages_per_worker: integer({
    help: 'Messages, waiting and running, for each of which there is one worker, unless the actor says so in `scaling`.',
    default: 1,
    min: 1,
    max: 1_000_000,
  }),
  scale_up_age: integer({
    help: 'Seconds that the oldest message waits before there are more workers than one, unless the actor says so in `scaling`.',
    default: 0,
    min: 0,
    max: 86_400,
  }),
  scale_up_step: integer({
    help: 'Workers that are added at a time, every `scale_up_cooldown`, unless the actor says so in `scaling`; -1: all that are wanted.',
    default: -1,
    min: 1,
    max: 100_000,
    unlimited: true,
  }),
  scale_up_cooldown: integer({
    help: 'Seconds between two additions of workers, unless the actor says so in `scaling`.',
    default: 0,
    min: 0,
    max: 86_400,
  }),
  max_run_time: integer({
    help: 'Seconds that an execution may run before it is stopped, unless the actor says less by `max_run_time`; -1: unlimited.',
    default: -1,
    min: 1,
    max: 2_147_483, // no timer is longer
    unlimited: true,
  }),
  mem_limit: text({
    help: 'Memory of an actor container in Docker syntax (`512m`, `1g`, bytes), unless the actor says `mem_limit`; -1: unlimited.',
    default: '-1',
    pattern: /^(-1|\d+(\.\d+)?([kmgt]?b?))$/i,
    allowed: '-1 or a size such as 512m or 1g',
  }),
  max_cpus: integer({
    help: 'nano-CPUs of an actor container (1000000000 is one CPU), unless the actor says `max_cpus`; -1: unlimited.',
    default: -1,
    min: 10_000_000,
    unlimited: true,
  }),
  worker_ttl: integer({
    help: 'Seconds that an idle worker lives, unless the actor says so in `scaling`; -1: for ever.',
    default: 600,
    min: 1,
    unlimited: true,
  }),
  sync_max_idle_time: integer({
    help: 'Seconds that one idle worker of an actor with the hint `sync` lives, if longer than `worker_ttl`.',
    default: 600,
    min: 0,
  }),
  error_retry_delay: integer({
    help: 'Seconds after which an actor in ERROR is tried again whose image could not be fetched or whose workers the engine refused; doubled each time. -1: only when it is updated.',
    default: 30,
    min: 1,
    max: 86_400,
    unlimited: true,
  }),
  error_retry_max_delay: integer({
    help: 'Seconds that these pauses grow to.',
    default: 900,
    min: 1,
    max: 86_400,
  }),
  leave_containers: boolean({ help: 'Keep the containers of finished executions, to look into them.', default: false }),
  socket_host_path_dir: text({
    help: 'Host directory of the results sockets. Empty: `<general.data_dir>/sockets`.',
    default: '',
  }),
  fifo_host_path_dir: text({
    help: 'Host directory of the binary messages. Empty: `<general.data_dir>/fifos`.',
    default: '',
  }),
  network: choice({
    help: 'Network of actor containers, unless the actor says less by `network`: `bridge`, `none` or, which includes both, `host`.',
    default: 'bridge',
    values: ['bridge', 'none', 'host'],
  }),
  message_format: choice({
    help: 'JSON messages, state and configs in the environment of containers, unless the actor says `message_format`: `python` (literals, as the original) or `json`.',
    default: 'python',
    values: ['python', 'json'],
  }),
  capabilities: words({
    help: 'Linux capabilities of actor containers, without `CAP_`; all others are dropped. Containers of privileged actors have all.',
    default: ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'KILL', 'NET_BIND_SERVICE', 'SETGID', 'SETUID'],
    pattern: { test: (word) => CAPABILITIES.has(word) },
    allowed: 'names of Linux capabilities such as NET_BIND_SERVICE, or nothing',
  }),
  no_new_privileges: boolean({
    help: 'Programs in actor containers cannot gain privileges by setuid files, such as sudo.',
    default: true,
  }),
  init: boolean({
    help: "Whether the engine's init is process 1 of actor containers and ends zombies, unless the actor says `use_init`.",
    default: false,
  }),
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
  drain_seconds: integer({
    help: 'Seconds that running executions have to end when the server is told to stop (SIGTERM); what still runs then goes on and is adopted at the next start.',
    default: 12,
    min: 0,
    max: 86_400,
  }),
  lease_seconds: integer({
    help: "Seconds that a worker's claim on an execution lasts without renewal; after that another host takes it.",
    default: 30,
    min: 1,
    max: 3600,
  }),
  max_attempts: integer({
    help: 'How often a message is taken before its execution ends in ERROR, unless the actor says so in `retry_policy`.',
    default: 5,
    min: 1,
    max: 1000,
  }),
  dead_letter_ex: integer({
    help: 'Seconds after which a dead letter and its message are forgotten; -1: never.',
    default: 1_209_600,
    min: 1,
    unlimited: true,
  }),
  generate_clients: boolean({
    help: 'Each worker of an actor with `token` gets an OAuth client of the authorization server (`oauth`), and each of its executions an access token of the owner: `_abaco_access_token`, instead of that of `tokens.issuer`.',
    default: false,
  }),
};
