import { boolean, choice, integer, type Options, text, words } from '../../option.js';

/** `bridge`: outward through the engine's bridge; `none`: loopback only; `host`: the host's own. */
export type NetworkMode = 'bridge' | 'none' | 'host';

/** `python`: as Python prints objects and lists, as in the original; `json`: JSON. */
export type MessageFormat = 'python' | 'json';

/** Linux' names without `CAP_` (capabilities(7)). */
const CAPABILITIES = new Set(
  (
    'AUDIT_CONTROL AUDIT_READ AUDIT_WRITE BLOCK_SUSPEND BPF CHECKPOINT_RESTORE CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID ' +
    'IPC_LOCK IPC_OWNER KILL LEASE LINUX_IMMUTABLE MAC_ADMIN MAC_OVERRIDE MKNOD NET_ADMIN NET_BIND_SERVICE NET_BROADCAST NET_RAW ' +
    'PERFMON SETFCAP SETGID SETPCAP SETUID SYSLOG SYS_ADMIN SYS_BOOT SYS_CHROOT SYS_MODULE SYS_NICE SYS_PACCT SYS_PTRACE ' +
    'SYS_RAWIO SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG WAKE_ALARM'
  ).split(' '),
);

/** What containers may use, and how they are made. */
export interface ContainerConfig {
  /** Seconds; -1 = unlimited. Actors may ask for less. Default -1. */
  readonly max_run_time: number;
  /** Bytes of output a second; -1 = unlimited. Default -1. */
  readonly max_output_rate: number;
  /** Docker memory syntax or -1. Default -1. */
  readonly mem_limit: string;
  /** nano-CPUs or -1. Default -1. */
  readonly max_cpus: number;
  /** Default false. */
  readonly leave_containers: boolean;
  /** Default `<data_dir>/sockets`. */
  readonly socket_host_path_dir: string;
  /** Default `<data_dir>/fifos`. */
  readonly fifo_host_path_dir: string;
  /** Network of actor containers: bridge (default), none or host. Actors may ask for less. */
  readonly network: NetworkMode;
  /** How JSON is handed to containers of actors that do not say it. Default python. */
  readonly message_format: MessageFormat;
  /** Linux capabilities of containers, without `CAP_`; those of privileged actors have all. */
  readonly capabilities: readonly string[];
  /** Programs in containers cannot gain privileges by setuid files. Default true. */
  readonly no_new_privileges: boolean;
  /** Whether the engine's init is process 1 of containers of actors that do not say it. Default false. */
  readonly init: boolean;
}

export const containers: Options<ContainerConfig> = {
  max_run_time: integer({
    help: 'Seconds that an execution may run before it is stopped, unless the actor says less by `max_run_time`; -1: unlimited.',
    default: -1,
    min: 1,
    max: 2_147_483, // no timer is longer
    unlimited: true,
  }),
  max_output_rate: integer({
    help: 'Bytes that a container may write to stdout and stderr in a second, beyond some MB that the engine buffers: it waits until it may write more. -1: unlimited.',
    default: -1,
    min: 1_000,
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
};
