import { type LetterCase, wireName } from '@abaco/contract';
import { ApiApplication } from '../test-support/api-application.js';
import { ACTOR } from '../test-support/records.js';

interface Case {
  readonly method?: 'POST' | 'PUT';
  readonly url: string;
  readonly prefix: string;
  readonly field: string;
  readonly text: string;
  /** Fields of the request, in snake case. */
  readonly sent: Readonly<Record<string, unknown>>;
}

const actor = (field: string, text: string, sent: object): Case => ({
  url: '/actors',
  prefix: 'Invalid actor description: ',
  field,
  text,
  sent: { image: 'x', ...sent },
});

const config = (field: string, text: string, sent: object): Case => ({
  url: '/actors/configs',
  prefix: 'Invalid config description. Missing required field: ',
  field,
  text,
  sent: { name: 'n', value: 'v', is_secret: false, actors: ACTOR, ...sent, [field]: undefined },
});

const execution = (field: string, text: string): Case => ({
  url: `/actors/${ACTOR}/executions`,
  prefix: 'Invalid actor execution description: ',
  field,
  text,
  sent: { runtime: 1, cpu: 1, io: 1, [field]: undefined },
});

/** Every field that can be missing or of the wrong type, and what is said of it (contract B.5). */
const cases: readonly Case[] = [
  actor('image', 'Reference to image on docker hub for this actor.', { image: undefined }),
  actor('stateless', 'Whether the actor stores private state.', { stateless: 'perhaps' }),
  actor('token', 'Whether this actor requires an OAuth access token.', { token: '' }),
  actor('privileged', 'Whether this actor runs in privileged mode.', { privileged: 'x' }),
  actor('max_workers', 'How many workers this actor is allowed at the same time.', { max_workers: 'many' }),
  actor('max_cpus', 'Maximum number of CPUs (nanoCPUs) this actor will have available to it.', { max_cpus: 1.5 }),
  actor('use_container_uid', 'Whether this actor runs as the UID set in the container image.', {
    use_container_uid: 2,
  }),
  actor('default_environment', 'A dictionary of default environmental variables and values.', {
    default_environment: 'x',
  }),
  actor('state', 'Current state for this actor.', { state: 'x' }),
  actor('network', "Network of this actor's containers: 'bridge', 'none' or 'host'.", { network: 'lan' }),
  actor('use_init', "Whether an init is process 1 of this actor's containers.", { use_init: 'x' }),
  actor('message_format', "How JSON is handed to this actor's containers: 'python' or 'json'.", {
    message_format: 'xml',
  }),
  actor('max_run_time', 'Seconds that an execution of this actor may run.', { max_run_time: 'long' }),
  actor('log_ex', 'Amount of time, in seconds, after which logs will expire', { log_ex: 'soon' }),
  actor('cron_on', 'Whether cron is on or off', { cron_on: 'x' }),
  {
    url: '/actors/aliases',
    prefix: 'Invalid alias description. Missing required field: ',
    field: 'alias',
    text: 'Actual alias for the actor; must be unique within a tenant.',
    sent: { actor_id: ACTOR },
  },
  {
    url: '/actors/aliases',
    prefix: 'Invalid alias description. Missing required field: ',
    field: 'actor_id',
    text: 'The human readable id for the actor associated with this alias.',
    sent: { alias: 'x' },
  },
  {
    url: `/actors/${ACTOR}/nonces`,
    prefix: 'Invalid nonce description: ',
    field: 'max_uses',
    text: 'Maximum number of times this nonce can be redeemed. Default is unlimited.',
    sent: { max_uses: 'x' },
  },
  config('name', 'Name of the config', {}),
  config('value', 'The value of the config; JSON Serializable. Set as the ENV VAR value.', {}),
  config('is_secret', 'Whether the config should be encrypted at rest and not retrievable.', {}),
  config('actors', 'List of actor IDs or aliases that should get this config/secret.', {}),
  {
    url: `/actors/${ACTOR}/permissions`,
    prefix: 'Invalid permissions description: ',
    field: 'user',
    text: 'User owning the permission.',
    sent: { level: 'READ' },
  },
  {
    url: `/actors/${ACTOR}/permissions`,
    prefix: 'Invalid permissions description: ',
    field: 'level',
    text: "Level of the permission: ('NONE', 'READ', 'EXECUTE', 'UPDATE')",
    sent: { user: 'x' },
  },
  {
    url: `/actors/${ACTOR}/workers`,
    prefix: 'Invalid POST: ',
    field: 'num',
    text: 'Number of workers to start (default is 1).',
    sent: { num: 'x' },
  },
  execution('runtime', 'Runtime, in milliseconds, of the execution.'),
  execution('cpu', 'CPU usage, in user jiffies, of the execution.'),
  execution('io', 'Block I/O usage, in number of 512-byte sectors read from and written to, by the execution.'),
];

describe.each(['snake', 'camel'] as const)('texts of fields in %s case', (letterCase: LetterCase) => {
  let api: ApiApplication;
  beforeAll(async () => {
    api = await ApiApplication.start({ web: { case: letterCase } });
  });
  afterAll(() => api.close());

  it.each(cases)('$url: $field', async ({ method = 'POST', url, prefix, field, text, sent }) => {
    const entries = Object.entries(sent).map(([name, value]) => [wireName(name, letterCase), value]);
    const response = await api.inject({ method, url, payload: Object.fromEntries(entries) as object });
    const quoted = text.includes("'") ? `"${text}"` : `'${text}'`;
    expect([response.statusCode, response.json<{ message: string }>().message]).toEqual([
      400,
      `${prefix}{'${wireName(field, letterCase)}': ${quoted}}`,
    ]);
  });
});
