import { choices, integer, type Options, text } from '../option.js';

/** `api`: answers requests. `compute`: runs workers, with a container engine of its own. */
export type Role = 'api' | 'compute';

/** The process itself. */
export interface GeneralConfig {
  /** `version` in every response. Default `1.0`; environment `service_TAG` wins. */
  readonly TAG: string;
  /** Directory of everything that must survive a restart. Default `.abaco`. */
  readonly data_dir: string;
  /** What this process does. Default both. */
  readonly roles: readonly Role[];
  /** Seconds between two health checks, which put right what crashes have left; mailboxes count on 10 at most. Default 10. */
  readonly check_seconds: number;
}

export const general: Options<GeneralConfig> = {
  TAG: text({
    help: '`version` in every response.',
    default: '1.0',
    env: 'service_TAG',
    pattern: /./,
    allowed: 'a text that is not empty',
  }),
  data_dir: text({
    help: 'Directory of everything that must survive a restart: embedded store, embedded broker, sockets, fifos.',
    default: '.abaco',
    pattern: /./,
    allowed: 'the path of a directory',
  }),
  roles: choices({
    help: 'What this process does: `api` answers requests, `compute` runs workers. With only one of them, give store.mongo_* and rabbit.uri.',
    default: ['api', 'compute'],
    values: ['api', 'compute'],
  }),
  check_seconds: integer({
    help: 'Seconds between two health checks: they compare records with containers, workers and hosts, and put right what crashes have left.',
    default: 10,
    min: 1,
    max: 10,
  }),
};
