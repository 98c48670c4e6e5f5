import { integer, type Options } from '../option.js';

/** What a tenant may use; -1 (default): no limit. */
export interface QuotasConfig {
  /** In each server. */
  readonly requests_per_second: number;
  /** Requests at once after a pause. Default 100. */
  readonly request_burst: number;
  readonly actors: number;
  /** At a time, on all hosts. */
  readonly workers: number;
  /** Messages of all actors that wait. */
  readonly waiting_messages: number;
  /** Of stored logs. */
  readonly log_bytes: number;
}

export const quotas: Options<QuotasConfig> = {
  requests_per_second: integer({
    help: 'Requests that a tenant may send per second in the long run, in each server; so many requests without valid credentials are answered per address. -1: no limit.',
    default: -1,
    min: 1,
    unlimited: true,
  }),
  request_burst: integer({ help: 'Requests at once after a pause, when their rate is limited.', default: 100, min: 1 }),
  actors: integer({ help: 'Actors of a tenant; -1: no limit.', default: -1, min: 0, unlimited: true }),
  workers: integer({
    help: 'Workers of a tenant at a time, on all hosts; more wait until others end. -1: no limit.',
    default: -1,
    min: 0,
    unlimited: true,
  }),
  waiting_messages: integer({
    help: 'Messages of a tenant that wait for workers, of all its actors; -1: no limit.',
    default: -1,
    min: 0,
    unlimited: true,
  }),
  log_bytes: integer({
    help: 'Bytes of stored logs of a tenant; executions that begin when they are used up keep no log until older ones have expired or their actors are deleted. -1: no limit.',
    default: -1,
    min: 0,
    unlimited: true,
  }),
};
