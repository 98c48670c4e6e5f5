import { pythonRepr } from './python-repr.js';
import { type LetterCase, wireName } from './letter-case.js';

/** The texts shown for fields that can be missing or ill-typed, by object (contract B.5). */
export const fieldHelp = {
  actor: {
    image: 'Reference to image on docker hub for this actor.',
    stateless: 'Whether the actor stores private state.',
    token: 'Whether this actor requires an OAuth access token.',
    privileged: 'Whether this actor runs in privileged mode.',
    max_workers: 'How many workers this actor is allowed at the same time.',
    max_cpus: 'Maximum number of CPUs (nanoCPUs) this actor will have available to it.',
    use_container_uid: 'Whether this actor runs as the UID set in the container image.',
    default_environment: 'A dictionary of default environmental variables and values.',
    state: 'Current state for this actor.',
    network: "Network of this actor's containers: 'bridge', 'none' or 'host'.",
    use_init: "Whether an init is process 1 of this actor's containers.",
    message_format: "How JSON is handed to this actor's containers: 'python' or 'json'.",
    max_run_time: 'Seconds that an execution of this actor may run.',
    log_ex: 'Amount of time, in seconds, after which logs will expire',
    cron_on: 'Whether cron is on or off',
  },
  alias: {
    alias: 'Actual alias for the actor; must be unique within a tenant.',
    actor_id: 'The human readable id for the actor associated with this alias.',
  },
  nonce: {
    max_uses: 'Maximum number of times this nonce can be redeemed. Default is unlimited.',
  },
  config: {
    name: 'Name of the config',
    value: 'The value of the config; JSON Serializable. Set as the ENV VAR value.',
    is_secret: 'Whether the config should be encrypted at rest and not retrievable.',
    actors: 'List of actor IDs or aliases that should get this config/secret.',
  },
  permission: {
    user: 'User owning the permission.',
    level: "Level of the permission: ('NONE', 'READ', 'EXECUTE', 'UPDATE')",
  },
  workers: {
    num: 'Number of workers to start (default is 1).',
  },
  execution: {
    runtime: 'Runtime, in milliseconds, of the execution.',
    cpu: 'CPU usage, in user jiffies, of the execution.',
    io: 'Block I/O usage, in number of 512-byte sectors read from and written to, by the execution.',
  },
} as const;

/** What a request describes. */
export type DescribedObject = keyof typeof fieldHelp;

/** How the error message of each object begins (contract 2.1.2, 2.5.2, 2.6, 2.7, 2.8, 2.9, 2.10). */
const prefixes: Readonly<Record<DescribedObject, string>> = {
  actor: 'Invalid actor description: ',
  alias: 'Invalid alias description. Missing required field: ',
  nonce: 'Invalid nonce description: ',
  config: 'Invalid config description. Missing required field: ',
  permission: 'Invalid permissions description: ',
  workers: 'Invalid POST: ',
  execution: 'Invalid actor execution description: ',
};

/**
 * The message for a missing or ill-typed field (contract 2.0.2), for example
 * `Invalid actor description: {'image': 'Reference to image on docker hub for this actor.'}`.
 */
export function invalidFieldMessage<O extends DescribedObject>(
  object: O,
  field: keyof (typeof fieldHelp)[O] & string,
  letterCase: LetterCase = 'snake',
): string {
  return prefixes[object] + pythonRepr({ [wireName(field, letterCase)]: fieldHelp[object][field] });
}
