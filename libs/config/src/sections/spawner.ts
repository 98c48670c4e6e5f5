import { integer, list, type Options, text } from '../option.js';
import { QUEUE_NAME, QUEUE_NAMES } from './queue-name.js';

/** This compute host. */
export interface SpawnerConfig {
  readonly host_id: string;
  readonly host_ip: string;
  /** Queues whose actors run on this host. Default `default`. */
  readonly host_queues: readonly string[];
  /** Requests for workers that may wait in the command channel of a queue. Default 10. */
  readonly max_cmd_length: number;
  /** Default 20. */
  readonly max_workers_per_host: number;
  /** Places of the host that only tenants without a worker on it may take; -1 (default): one in ten, rounded down. */
  readonly headroom: number;
  /** Default 6. */
  readonly max_workers_per_actor: number;
}

export const spawner: Options<SpawnerConfig> = {
  host_id: text({
    help: 'Id of this compute host; different on every host. Empty: made from the host name.',
    default: '',
    env: 'SPAWNER_HOST_ID',
    pattern: /^[A-Za-z0-9-]*$/,
    allowed: 'letters, digits and hyphens',
  }),
  host_ip: text({ help: 'Address of this host as shown in worker records.', default: '127.0.0.1' }),
  host_queues: list({
    help: 'Queues whose actors run on this host. Actors may ask for these, and for web.all_queues.',
    default: ['default'],
    pattern: QUEUE_NAME,
    allowed: `a list of at least one of ${QUEUE_NAMES}`,
  }),
  max_cmd_length: integer({
    help: 'Requests for workers that may wait in the command channel of a queue; beyond, they are made again later.',
    default: 10,
    min: 1,
    max: 10_000,
  }),
  max_workers_per_host: integer({
    help: 'Workers that this host runs at most.',
    default: 20,
    env: 'MAX_WORKERS_PER_HOST',
    min: 1,
    max: 100_000,
  }),
  headroom: integer({
    help: 'Of these, how many only a tenant may take that has no worker on the host, so that long executions of others do not keep it out; -1: one in ten. 0 where there is one tenant only.',
    default: -1,
    min: -1,
    max: 100_000,
  }),
  max_workers_per_actor: integer({
    help: 'Workers of one actor at most, unless the actor says `max_workers`.',
    default: 6,
    env: 'MAX_WORKERS_PER_ACTOR',
    min: 1,
    max: 100_000,
  }),
};
