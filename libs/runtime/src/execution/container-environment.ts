import { type MessageFormat } from '@abaco/config';
import { parseLosslessJson, pythonRepr, pythonStr, type WorkerId } from '@abaco/contract';
import { ACTOR_STATE, BINARY_DATA } from '@abaco/engine';
import type { ActorRecord, ExecutionRecord } from '@abaco/store';
import { ConfigsUnusable } from '../configs/errors.js';
import { environmentBytes, MAX_ENVIRONMENT, MAX_ENVIRONMENT_STRING, variableBytes } from './environment-size.js';
import { EnvironmentTooLarge } from './environment-too-large.js';

/** A message that is not binary. */
export interface MessageText {
  readonly kind: 'text' | 'json';
  /** Of JSON, the source as received. */
  readonly text: string;
}

/** What the container gets: environment variables, and files for what no variable can hold. */
export interface ContainerInput {
  readonly environment: Record<string, string | null>;
  /** Message too long for a variable, for `/_abaco_binary_data`. */
  readonly message?: Buffer;
  /** State too long for a variable, for `/_abaco_actor_state`. */
  readonly state?: Buffer;
}

/** What a container is given besides its actor and execution. */
export interface InputParts {
  readonly worker: WorkerId;
  /** Text of a text or JSON message; undefined for a binary one. */
  readonly message: MessageText | undefined;
  /** Name and plain value. */
  readonly configs: ReadonlyMap<string, string>;
  /** How JSON messages, state and configs are written. */
  readonly format: MessageFormat;
  /** Access token of the actor's owner; empty: none. */
  readonly token: string;
}

/** Variables that only the service sets, when it does: no message can forge them. */
const RESERVED = ['_abaco_msg_json', '_abaco_msg_file', '_abaco_actor_state_json', '_abaco_actor_state_file'];

/**
 * Environment of one execution (contract 4.3). Later groups override earlier ones: the actor's defaults, the message's query
 * parameters and metadata, what the worker knows. A message or state that no variable can hold is handed over by file, and
 * `_abaco_msg_file` or `_abaco_actor_state_file` has its path. JSON twins that do not fit are left out.
 * @throws ConfigsUnusable when the configs are too long for a variable, EnvironmentTooLarge when the rest is
 */
export function containerInput(actor: ActorRecord, execution: ExecutionRecord, parts: InputParts): ContainerInput {
  const { worker, message, configs, format, token } = parts;
  const environment: Record<string, string | null> = {};
  for (const [name, value] of Object.entries(actor.default_environment)) environment[name] = pythonStr(value);
  for (const { name, value } of execution.environment) environment[name] = value;
  for (const name of RESERVED) delete environment[name];
  const texts = textsOf(actor, configs, message, format);
  Object.assign(environment, {
    _abaco_access_token: token,
    _abaco_actor_dbid: actor._id,
    _abaco_actor_id: actor.id,
    _abaco_actor_name: actor.name ?? 'None',
    _abaco_container_repo: actor.image,
    _abaco_worker_id: worker,
    _actor_configs: fitting('_actor_configs', texts.configs, configs),
  });
  const files = addMessageAndState(environment, texts);
  for (const [name, twin] of texts.twins) if (fits(environment, name, twin)) environment[name] = twin;
  return { environment, ...files };
}

interface InputTexts {
  readonly message: string | undefined;
  readonly state: string;
  readonly configs: string;
  /** The same as JSON, by variable. */
  readonly twins: ReadonlyMap<string, string>;
}

function textsOf(
  { state }: ActorRecord,
  configs: ReadonlyMap<string, string>,
  message: MessageText | undefined,
  format: MessageFormat,
): InputTexts {
  const stateJson = JSON.stringify(state ?? null);
  const configsJson = JSON.stringify(Object.fromEntries(configs));
  const messageJson = message?.kind === 'json' ? message.text : undefined;
  const inPython = {
    message: messageJson === undefined ? undefined : (pythonStr(parseLosslessJson(messageJson)) ?? 'None'),
    state: pythonStr(state) ?? 'None',
    configs: pythonRepr(configs),
  };
  const inJson = { message: messageJson, state: stateJson, configs: configsJson };
  const texts = format === 'json' ? inJson : inPython;
  return {
    ...texts,
    message: texts.message ?? message?.text,
    twins: new Map([
      ...(messageJson === undefined ? [] : ([['_abaco_msg_json', messageJson]] as const)),
      ['_abaco_actor_state_json', stateJson],
      ['_actor_configs_json', configsJson],
    ]),
  };
}

/** @throws ConfigsUnusable: secrets are not written to a disk, so that there is no file for configs */
function fitting(name: string, value: string, configs: ReadonlyMap<string, string>): string {
  const bytes = variableBytes(name, value);
  if (bytes <= MAX_ENVIRONMENT_STRING) return value;
  throw ConfigsUnusable.tooLong(name, bytes, MAX_ENVIRONMENT_STRING, [...configs.keys()]);
}

const fits = (environment: Record<string, string | null>, name: string, value: string): boolean =>
  variableBytes(name, value) <= MAX_ENVIRONMENT_STRING &&
  environmentBytes({ ...environment, [name]: value }) <= MAX_ENVIRONMENT;

/** In variables where they fit, the state first; else their paths. @returns what goes to files */
function addMessageAndState(
  environment: Record<string, string | null>,
  texts: InputTexts,
): Pick<ContainerInput, 'message' | 'state'> {
  const byFile = (name: string, value: string, pathName: string, path: string): Buffer | undefined => {
    if (fits(environment, name, value)) {
      environment[name] = value;
      return undefined;
    }
    delete environment[name];
    environment[pathName] = path;
    return Buffer.from(value);
  };
  const state = byFile('_abaco_actor_state', texts.state, '_abaco_actor_state_file', ACTOR_STATE);
  const message =
    texts.message === undefined ? undefined : byFile('MSG', texts.message, '_abaco_msg_file', BINARY_DATA);
  const bytes = environmentBytes(environment);
  if (bytes > MAX_ENVIRONMENT) throw new EnvironmentTooLarge(bytes, MAX_ENVIRONMENT);
  return { ...(state && { state }), ...(message && { message }) };
}
