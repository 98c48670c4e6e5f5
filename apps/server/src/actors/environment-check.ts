import { pythonStr } from '@abaco/contract';
import { type ActorDescription, environmentBytes, MAX_ENVIRONMENT_STRING, variableBytes } from '@abaco/runtime';
import { InvalidActorDescription } from './errors.js';

/** Most bytes of a `default_environment`: half of what all variables can have. */
const MAX_DEFAULT_ENVIRONMENT = 524_288;

/** The name is a variable of every container. @throws InvalidActorDescription */
export function checkName(name: string | null): void {
  const bytes = variableBytes('_abaco_actor_name', name);
  if (bytes > MAX_ENVIRONMENT_STRING) {
    throw InvalidActorDescription.because(
      `name is too long: as the variable _abaco_actor_name it takes ${bytes} bytes and can take ${MAX_ENVIRONMENT_STRING}.`,
    );
  }
}

/** @throws InvalidActorDescription for variables that no container could be started with */
export function checkEnvironment(variables: ActorDescription['default_environment']): void {
  const environment = Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, pythonStr(value)]));
  const unfit = Object.keys(environment).find((name) => name === '' || name.includes('='));
  if (unfit !== undefined) {
    throw InvalidActorDescription.because(
      `default_environment has a variable ${JSON.stringify(unfit)}; names must not be empty or contain "=".`,
    );
  }
  for (const [name, value] of Object.entries(environment)) {
    const bytes = variableBytes(name, value);
    if (bytes > MAX_ENVIRONMENT_STRING) {
      const most = `can take ${MAX_ENVIRONMENT_STRING} with its name`;
      throw InvalidActorDescription.because(
        `default_environment is too large: a variable takes ${bytes} bytes and ${most}. It is ${JSON.stringify(name.slice(0, 100))}.`,
      );
    }
  }
  const bytes = environmentBytes(environment);
  if (bytes > MAX_DEFAULT_ENVIRONMENT) {
    throw InvalidActorDescription.because(
      `default_environment is too large: it takes ${bytes} bytes and can take ${MAX_DEFAULT_ENVIRONMENT}.`,
    );
  }
}
