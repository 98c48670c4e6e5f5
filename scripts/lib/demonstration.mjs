import { AbacoClient } from './abaco-client.mjs';
import { until } from './condition.mjs';
import { Failure } from './failure.mjs';

const ACTOR_NAME = 'quickstart';
const TIMEOUT_MS = 120_000;

const MESSAGES = [
  { kind: 'text', send: (client, actor) => client.sendText(actor, 'Hello, actor!') },
  { kind: 'JSON', send: (client, actor) => client.sendJson(actor, { reducer: 'sum', numbers: [1, 2, 3] }) },
  { kind: 'binary', send: (client, actor) => client.sendBinary(actor, Buffer.from([0, 1, 2, 253, 254, 255])) },
];

/** Registers the sample actor, or takes the one of a former run, and waits until it is READY. @returns its id */
async function readyActor(client, image, status) {
  const actors = await client.get('/actors');
  const former = actors.find((actor) => actor.name === ACTOR_NAME && actor.image === image && actor.status !== 'ERROR');
  const { id } = former ?? (await client.register({ image, name: ACTOR_NAME }));
  const settled = await until(
    async () => {
      const actor = await client.get(`/actors/${id}`);
      status(`actor ${id} is ${actor.status}`);
      return ['READY', 'ERROR'].includes(actor.status) && actor;
    },
    { timeoutMs: TIMEOUT_MS },
  );
  if (settled?.status === 'READY') return { id, isNew: !former };
  throw new Failure(`Actor ${id} did not become READY: ${settled?.status_message || 'no worker started in time'}`);
}

/** Sends one message and waits for its execution. @returns the execution with its logs and results */
async function execute(client, actor, { kind, send }, status) {
  const id = await send(client, actor);
  const final = await until(
    async () => {
      const execution = await client.get(`/actors/${actor}/executions/${id}`);
      status(`${kind} message: execution ${id} is ${execution.status}`);
      return ['COMPLETE', 'ERROR'].includes(execution.status) && execution;
    },
    { timeoutMs: TIMEOUT_MS, everyMs: 50 },
  );
  if (!final) throw new Failure(`Execution ${id} (${kind} message) is not complete after ${TIMEOUT_MS / 1000} s.`);
  const { logs } = await client.get(`/actors/${actor}/executions/${id}/logs`);
  return { ...final, kind, logs, results: await client.takeResults(actor, id) };
}

/**
 * Runs the sample actor on a text, a JSON and a binary message.
 * @returns `actor` (its id), `isNew`, and the three `executions`
 * @throws Failure when the actor or an execution does not end well
 */
export async function demonstrate({ url, image, status }) {
  const client = new AbacoClient(url);
  const { id: actor, isNew } = await readyActor(client, image, status);
  const executions = [];
  for (const message of MESSAGES) executions.push(await execute(client, actor, message, status));
  const bad = executions.find((execution) => execution.status !== 'COMPLETE' || execution.exit_code !== 0);
  if (bad) {
    const end = `${bad.status}, exit code ${bad.exit_code}`;
    throw new Failure(`Execution ${bad.id} (${bad.kind} message) ended as ${end}. Its logs:\n${bad.logs}`);
  }
  return { actor, isNew, executions };
}

const indent = (text) => text.trimEnd().replace(/^/gm, '      | ');

/** What a user would want to see of an execution. */
export function describeExecution({ kind, id, status, exit_code, start_time, finish_time, cpu, logs, results }) {
  const runtime = Date.parse(finish_time) - Date.parse(start_time);
  const figures = `${status}, exit code ${exit_code}, runtime ${runtime} ms, CPU ${(cpu / 1e6).toFixed(0)} ms`;
  return [
    `  ${kind} message, execution ${id}: ${figures}`,
    '    logs:',
    indent(logs || '(none)'),
    ...results.flatMap((result, at) => [`    result ${at + 1}, ${result.length} bytes:`, indent(result.toString())]),
  ].join('\n');
}
