import { parseLosslessJson, pythonRepr, pythonStr, type WorkerId } from '@abaco/contract';
import type { ActorRecord, ExecutionRecord } from '@abaco/store';
import { ConfigsUnusable } from '../configs/errors.js';

/** The kernel's limit of one environment string with its name and its final NUL (MAX_ARG_STRLEN, 32 pages of 4 KiB). */
const MAX_ENVIRONMENT_STRING = 131_072;

/** A message that is not binary. */
export interface MessageText {
  readonly kind: 'text' | 'json';
  /** Of JSON, the source as received. */
  readonly text: string;
}

/** What the container gets: environment variables, and bytes for `/_abaco_binary_data` where there are any. */
export interface ContainerInput {
  readonly environment: Record<string, string | null>;
  /** Message too long for a variable, handed over by file. */
  readonly file?: Buffer;
}

/**
 * Environment of one execution (contract 4.3). Later groups override earlier ones: the actor's defaults, the message's query
 * parameters and metadata, what the worker knows.
 * @param message text of a text or JSON message; undefined for a binary one
 * @param configs name and plain value
 * @throws ConfigsUnusable when they are too long for a variable
 */
export function containerInput(
  actor: ActorRecord,
  execution: ExecutionRecord,
  worker: WorkerId,
  message: MessageText | undefined,
  configs: ReadonlyMap<string, string>,
): ContainerInput {
  const environment: Record<string, string | null> = {};
  for (const [name, value] of Object.entries(actor.default_environment)) environment[name] = pythonStr(value);
  for (const { name, value } of execution.environment) environment[name] = value;
  Object.assign(environment, {
    _abaco_access_token: '',
    _abaco_actor_dbid: actor._id,
    _abaco_actor_id: actor.id,
    _abaco_actor_name: actor.name ?? 'None',
    _abaco_actor_state: pythonStr(actor.state) ?? 'None',
    _abaco_container_repo: actor.image,
    _abaco_worker_id: worker,
    ...configVariables(configs),
  });
  if (!message) return { environment };
  const text = message.kind === 'text' ? message.text : (pythonStr(parseLosslessJson(message.text)) ?? 'None');
  if (bytesOf('MSG', text) > MAX_ENVIRONMENT_STRING) {
    return { environment, file: Buffer.from(text) };
  }
  environment.MSG = text;
  return { environment };
}

const bytesOf = (name: string, value: string): number =>
  Buffer.byteLength(name) + '='.length + Buffer.byteLength(value) + 1;

/** All configs in one variable, as Python prints a dictionary, and in another as JSON. */
function configVariables(configs: ReadonlyMap<string, string>): Record<string, string> {
  const variables = {
    _actor_configs: pythonRepr(configs),
    _actor_configs_json: JSON.stringify(Object.fromEntries(configs)),
  };
  for (const [name, value] of Object.entries(variables)) {
    const bytes = bytesOf(name, value);
    if (bytes > MAX_ENVIRONMENT_STRING) {
      throw ConfigsUnusable.tooLong(name, bytes, MAX_ENVIRONMENT_STRING, [...configs.keys()]);
    }
  }
  return variables;
}
