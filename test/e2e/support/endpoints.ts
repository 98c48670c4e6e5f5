import type { Endpoint, Objects } from './endpoint.js';

const read = { on: 'actor', level: 'READ' } as const;
const execute = { on: 'actor', level: 'EXECUTE' } as const;
const update = { on: 'actor', level: 'UPDATE' } as const;
const user = { on: 'role', level: 'user' } as const;
const admin = { on: 'role', level: 'admin' } as const;
const on = (object: 'alias' | 'alias-and-actor' | 'config', level: 'READ' | 'UPDATE') => ({ on: object, level });

const SUCCESS = 'The request was successful';

/** Every operation, in an order in which what one removes no later one needs (contract 2.20). */
export const endpoints: readonly Endpoint[] = [
  { method: 'GET', path: '/actors', needs: user, allowed: 'Actors retrieved successfully.' },
  {
    method: 'POST',
    path: '/actors',
    needs: user,
    body: () => ({ image: 'abacosamples/test' }),
    allowed: 'Actor created successfully.',
  },
  { method: 'GET', path: '/actors/{actor_id}', needs: read, allowed: 'Actor retrieved successfully.' },
  { method: 'GET', path: '/actors/{actor_id}/state', needs: read, allowed: 'Actor state retrieved successfully.' },
  {
    method: 'POST',
    path: '/actors/{actor_id}/state',
    needs: update,
    body: () => ({ x: 1 }),
    allowed: 'State updated successfully.',
  },
  { method: 'GET', path: '/actors/{actor_id}/messages', needs: read, allowed: SUCCESS },
  {
    method: 'POST',
    path: '/actors/{actor_id}/messages',
    needs: execute,
    body: () => ({ message: 'x' }),
    allowed: SUCCESS,
  },
  { method: 'DELETE', path: '/actors/{actor_id}/messages', needs: update, allowed: SUCCESS },
  {
    method: 'GET',
    path: '/actors/{actor_id}/executions',
    needs: read,
    allowed: 'Actor executions retrieved successfully.',
  },
  {
    method: 'POST',
    path: '/actors/{actor_id}/executions',
    needs: update,
    body: () => ({ runtime: 1, cpu: 1, io: 1 }),
    allowed: 'Actor execution added successfully.',
  },
  {
    method: 'GET',
    path: '/actors/{actor_id}/executions/{execution_id}',
    needs: read,
    allowed: 'Actor execution retrieved successfully.',
  },
  {
    method: 'GET',
    path: '/actors/{actor_id}/executions/{execution_id}/logs',
    needs: read,
    allowed: 'Logs retrieved successfully.',
  },
  { method: 'GET', path: '/actors/{actor_id}/executions/{execution_id}/results', needs: read, allowed: /^$/ },
  {
    method: 'GET',
    path: '/actors/{actor_id}/executions/{execution_id}/events',
    needs: read,
    allowed: /^(:|id|event|data|retry)/,
  },
  {
    method: 'DELETE',
    path: '/actors/{actor_id}/executions/{execution_id}',
    needs: update,
    allowed: 'Cannot force quit an execution not in RUNNING status. Execution was found in status: COMPLETE',
  },
  { method: 'GET', path: '/actors/{actor_id}/deliveries', needs: read, allowed: 'Deliveries retrieved successfully.' },
  {
    method: 'GET',
    path: '/actors/{actor_id}/dead_letters',
    needs: read,
    allowed: 'Dead letters retrieved successfully.',
  },
  {
    method: 'POST',
    path: '/actors/{actor_id}/dead_letters',
    needs: execute,
    allowed: 'Dead letters sent again.',
  },
  {
    method: 'DELETE',
    path: '/actors/{actor_id}/dead_letters',
    needs: update,
    allowed: 'Dead letters removed.',
  },
  {
    method: 'GET',
    path: '/actors/{actor_id}/dead_letters/{execution_id}',
    needs: read,
    allowed: /^Actor .+ has no dead letter .+\.$/,
  },
  {
    method: 'POST',
    path: '/actors/{actor_id}/dead_letters/{execution_id}',
    needs: execute,
    allowed: /^Actor .+ has no dead letter .+\.$/,
  },
  {
    method: 'DELETE',
    path: '/actors/{actor_id}/dead_letters/{execution_id}',
    needs: update,
    allowed: /^Actor .+ has no dead letter .+\.$/,
  },
  { method: 'GET', path: '/actors/{actor_id}/workers', needs: read, allowed: 'Workers retrieved successfully.' },
  { method: 'GET', path: '/actors/{actor_id}/workers/{worker_id}', needs: read, allowed: 'Worker not found.' },
  { method: 'DELETE', path: '/actors/{actor_id}/workers/{worker_id}', needs: update, allowed: 'Worker not found.' },
  {
    method: 'POST',
    path: '/actors/{actor_id}/workers',
    needs: { on: 'workers' },
    body: () => ({ num: 'none' }),
    allowed: "Invalid POST: {'num': 'Number of workers to start (default is 1).'}",
  },
  {
    method: 'GET',
    path: '/actors/{actor_id}/permissions',
    needs: read,
    allowed: 'Permissions retrieved successfully.',
  },
  {
    method: 'POST',
    path: '/actors/{actor_id}/permissions',
    needs: update,
    body: () => ({ user: 'nobody', level: 'NONE' }),
    allowed: 'Permission added successfully.',
  },
  { method: 'GET', path: '/actors/{actor_id}/nonces', needs: read, allowed: 'Actor nonces retrieved successfully.' },
  { method: 'POST', path: '/actors/{actor_id}/nonces', needs: update, allowed: 'Actor nonce created successfully.' },
  {
    method: 'GET',
    path: '/actors/{actor_id}/nonces/{nonce_id}',
    needs: read,
    allowed: 'Actor nonce retrieved successfully.',
  },
  { method: 'GET', path: '/actors/aliases', needs: user, allowed: 'Aliases retrieved successfully.' },
  {
    method: 'POST',
    path: '/actors/aliases',
    needs: user,
    body: () => ({ alias: 'messages', actor_id: 'x' }),
    allowed: /^messages is a reserved word/,
  },
  {
    method: 'GET',
    path: '/actors/aliases/{alias}',
    needs: on('alias', 'READ'),
    allowed: 'Alias retrieved successfully.',
  },
  {
    method: 'PUT',
    path: '/actors/aliases/{alias}',
    needs: on('alias', 'UPDATE'),
    body: () => ({ actor_id: 'JN0Boakk0VzKX' }),
    allowed: 'No actor found with id: JN0Boakk0VzKX.',
  },
  {
    method: 'GET',
    path: '/actors/aliases/{alias}/permissions',
    needs: on('alias', 'READ'),
    allowed: 'Permissions retrieved successfully.',
  },
  {
    method: 'POST',
    path: '/actors/aliases/{alias}/permissions',
    needs: on('alias', 'UPDATE'),
    body: () => ({ user: 'nobody', level: 'NONE' }),
    allowed: 'Permission added successfully.',
  },
  {
    method: 'GET',
    path: '/actors/aliases/{alias}/nonces',
    needs: on('alias-and-actor', 'READ'),
    allowed: 'Alias nonces retrieved successfully.',
  },
  {
    method: 'POST',
    path: '/actors/aliases/{alias}/nonces',
    needs: on('alias-and-actor', 'UPDATE'),
    allowed: 'Alias nonce created successfully.',
  },
  {
    method: 'GET',
    path: '/actors/aliases/{alias}/nonces/{nonce_id}',
    needs: on('alias-and-actor', 'READ'),
    allowed: 'Alias nonce retrieved successfully.',
  },
  {
    method: 'DELETE',
    path: '/actors/aliases/{alias}/nonces/{nonce_id}',
    needs: on('alias-and-actor', 'UPDATE'),
    allowed: 'Alias nonce deleted successfully.',
  },
  { method: 'GET', path: '/actors/configs', needs: user, allowed: 'Actor Configs retrieved successfully.' },
  {
    method: 'POST',
    path: '/actors/configs',
    needs: user,
    body: () => ({ name: 'logs', value: 'x', is_secret: false, actors: 'x' }),
    allowed: /^logs is a reserved word/,
  },
  {
    method: 'GET',
    path: '/actors/configs/{config}',
    needs: on('config', 'READ'),
    allowed: 'Config retrieved successfully.',
  },
  {
    method: 'PUT',
    path: '/actors/configs/{config}',
    needs: on('config', 'UPDATE'),
    body: ({ config }) => ({ name: config, value: 'x', is_secret: false, actors: 'JN0Boakk0VzKX' }),
    allowed: 'No actor or alias found with id: JN0Boakk0VzKX.',
  },
  {
    method: 'GET',
    path: '/actors/configs/{config}/permissions',
    needs: on('config', 'READ'),
    allowed: 'Permissions retrieved successfully.',
  },
  {
    method: 'POST',
    path: '/actors/configs/{config}/permissions',
    needs: on('config', 'UPDATE'),
    body: () => ({ user: 'nobody', level: 'NONE' }),
    allowed: 'Permission added successfully.',
  },
  {
    method: 'DELETE',
    path: '/actors/configs/{config}',
    needs: on('config', 'UPDATE'),
    allowed: /^Actor config .* deleted successfully\.$/,
  },
  {
    method: 'GET',
    path: '/actors/search/{search_type}',
    needs: user,
    allowed: 'Search completed successfully.',
    refusesNonces: "'x-nonce' query parameter on the '/actors/search/{database}' endpoint does not resolve.",
  },
  { method: 'GET', path: '/actors/utilization', needs: user, allowed: 'Abaco utilization returned successfully.' },
  { method: 'GET', path: '/actors/admin', needs: admin, allowed: 'Actors retrieved successfully.' },
  { method: 'GET', path: '/actors/admin/workers', needs: admin, allowed: 'Workers retrieved successfully.' },
  { method: 'GET', path: '/actors/admin/executions', needs: admin, allowed: 'Executions retrieved successfully.' },
  { method: 'GET', path: '/admin/dashboard', needs: admin, allowed: /^<!doctype html>/ },
  { method: 'POST', path: '/admin/dashboard', needs: admin, allowed: /^Invalid dashboard request: base_url/ },
  { method: 'GET', path: '/health/live', needs: { on: 'nobody' }, allowed: /./ },
  { method: 'GET', path: '/health/ready', needs: { on: 'nobody' }, allowed: /./ },
  { method: 'GET', path: '/metrics', needs: admin, allowed: /^# HELP / },
  {
    method: 'GET',
    path: '/cron',
    needs: { on: 'nobody' },
    allowed: 'Cron schedules run by themselves: there is nothing to do.',
  },
  {
    method: 'PUT',
    path: '/actors/{actor_id}',
    needs: update,
    body: () => ({ image: 'abacosamples/test', stateless: false }),
    allowed: 'Actor updated successfully.',
  },
  {
    method: 'DELETE',
    path: '/actors/{actor_id}/nonces/{nonce_id}',
    needs: update,
    allowed: 'Actor nonce deleted successfully.',
  },
  {
    method: 'DELETE',
    path: '/actors/aliases/{alias}',
    needs: on('alias', 'UPDATE'),
    allowed: /^Alias .* deleted successfully\.$/,
  },
  { method: 'DELETE', path: '/actors/{actor_id}', needs: update, allowed: 'Actor deleted successfully.' },
];

/** The path of a request for these objects. @param by the actor's id, or an alias in its place */
export function pathTo(endpoint: Endpoint, objects: Objects, by: string = objects.actor): string {
  const nonce = endpoint.path.startsWith('/actors/aliases/') ? objects.aliasNonce : objects.nonce;
  return endpoint.path
    .replace('{actor_id}', by)
    .replace('{alias}', objects.alias)
    .replace('{config}', objects.config)
    .replace('{execution_id}', objects.execution)
    .replace('{worker_id}', 'JN0Boakk0VzKX')
    .replace('{search_type}', 'actors')
    .replace('{nonce_id}', nonce);
}
