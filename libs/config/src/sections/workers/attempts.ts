import { boolean, integer, type Options } from '../../option.js';

/** How an execution is claimed, tried again, given up and authorized. */
export interface AttemptsConfig {
  /** Seconds that running executions have to end at SIGTERM. Default 12. */
  readonly drain_seconds: number;
  /** Seconds that the deletion of an actor waits for its workers. Default 20. */
  readonly delete_seconds: number;
  /** Seconds that a worker's claim on an execution lasts without renewal. Default 30. */
  readonly lease_seconds: number;
  /** Takes of one message before it goes to ERROR. Default 5. */
  readonly max_attempts: number;
  /** Seconds after which a dead letter is forgotten; -1: never. Default 1,209,600 (14 days). */
  readonly dead_letter_ex: number;
  /** Each worker of an actor with `token` gets a client of the authorization server. Default false. */
  readonly generate_clients: boolean;
}

export const attempts: Options<AttemptsConfig> = {
  drain_seconds: integer({
    help: 'Seconds that running executions have to end when the server is told to stop (SIGTERM); what still runs then goes on and is adopted at the next start.',
    default: 12,
    min: 0,
    max: 86_400,
  }),
  delete_seconds: integer({
    help: 'Seconds that the deletion of an actor waits for its workers; it goes on without them then, and its answer says so.',
    default: 20,
    min: 0,
    max: 40,
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
