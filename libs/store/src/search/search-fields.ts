/** What can be searched. */
export const searchTypes = ['executions', 'workers', 'actors', 'logs'] as const;

export type SearchType = (typeof searchTypes)[number];

/**
 * How values of a field are stored. `json`: any JSON value, whose members are fields of their own. `flag`: true, false, or
 * one of them as a text.
 */
export type FieldKind = 'text' | 'number' | 'boolean' | 'time' | 'flag' | 'json' | 'actor';

/** The fields of an object that a search may name: those that the API shows of it, and no others (contract 2.13.2). */
export const searchFields: Readonly<Record<SearchType, Readonly<Record<string, FieldKind>>>> = {
  actors: {
    id: 'text',
    name: 'text',
    image: 'text',
    description: 'text',
    owner: 'text',
    revision: 'number',
    status: 'text',
    status_message: 'text',
    stateless: 'boolean',
    state: 'json',
    type: 'text',
    token: 'flag',
    link: 'text',
    webhook: 'text',
    hints: 'text',
    default_environment: 'json',
    privileged: 'boolean',
    queue: 'text',
    max_workers: 'number',
    mem_limit: 'text',
    max_cpus: 'number',
    use_container_uid: 'boolean',
    uid: 'text',
    gid: 'text',
    tasdir: 'text',
    network: 'text',
    use_init: 'boolean',
    message_format: 'text',
    max_run_time: 'number',
    log_ex: 'number',
    cron_on: 'boolean',
    cron_schedule: 'text',
    cron_next_ex: 'text',
    create_time: 'time',
    last_update_time: 'time',
  },
  executions: {
    id: 'text',
    actor_id: 'actor',
    executor: 'text',
    worker_id: 'text',
    status: 'text',
    message_received_time: 'time',
    start_time: 'time',
    finish_time: 'time',
    runtime: 'number',
    cpu: 'number',
    io: 'number',
    exit_code: 'number',
    image_digest: 'text',
    final_state: 'json',
  },
  workers: {
    id: 'text',
    actor_id: 'actor',
    status: 'text',
    image: 'text',
    ch_name: 'text',
    location: 'text',
    cid: 'text',
    host_id: 'text',
    host_ip: 'text',
    create_time: 'time',
    last_execution_time: 'time',
    last_health_check_time: 'time',
  },
  logs: { logs: 'text', actor_id: 'actor' },
};

/** Members of `json` fields that are stored as times. */
export const timeMembers: ReadonlySet<string> = new Set(['final_state.StartedAt', 'final_state.FinishedAt']);

/** The fields in which terms and phrases are looked for. */
export const textFields = (type: SearchType): string[] =>
  Object.entries(searchFields[type])
    .filter(([, kind]) => kind === 'text')
    .map(([name]) => name);
