import type { AbacoConfig } from '../abaco-config.js';
import { boolean, choice, integer, type Options, text } from '../option.js';

export const workers: Options<AbacoConfig['workers']> = {
  init_count: integer({ help: 'Above 0: one worker is started when an actor is registered.', default: 1, min: 0 }),
  autoscaling: boolean({ help: 'More workers while messages wait (stateless actors only).', default: true }),
  max_run_time: integer({
    help: 'Seconds that an execution may run before it is stopped; -1: unlimited.',
    default: -1,
    min: 1,
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
    help: 'Seconds that an idle worker lives; -1: for ever.',
    default: 600,
    min: 1,
    unlimited: true,
  }),
  sync_max_idle_time: integer({
    help: 'Seconds that one idle worker of an actor with the hint `sync` lives, if longer than `worker_ttl`.',
    default: 600,
    min: 0,
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
    help: 'Network of actor containers: `bridge`, `none` or `host`.',
    default: 'bridge',
    values: ['bridge', 'none', 'host'],
  }),
  lease_seconds: integer({
    help: "Seconds that a worker's claim on an execution lasts without renewal; after that another host takes it.",
    default: 30,
    min: 1,
    max: 3600,
  }),
  max_attempts: integer({
    help: 'How often a message is taken before its execution ends in ERROR.',
    default: 5,
    min: 1,
    max: 1000,
  }),
};
