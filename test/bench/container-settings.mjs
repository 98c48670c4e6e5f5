import { createInterface } from 'node:readline';

/** Fields of an inspected container that make up a create call; identifiers and labels are left out. */
function createCallOf({ Config, HostConfig }) {
  const { Image, Cmd, Entrypoint, Env, User, AttachStdout, AttachStderr, Tty, OpenStdin, NetworkDisabled } = Config;
  const own = { Image, Cmd, Entrypoint, Env, User, AttachStdout, AttachStderr, Tty, OpenStdin, NetworkDisabled };
  return { ...own, HostConfig };
}

/** A container of the system is created within this time, milliseconds. */
const CREATED_WITHIN_MS = 60_000;

/**
 * Reads the settings of a container of the system, and of the sandbox that it shares, off the engine while `execute` makes
 * the system run one execution of `actor`: so the bare loop is like for like by construction, whatever the system does.
 */
export async function settingsOfSystem(api, actor, execute) {
  const events = await api.events('create');
  events.on('error', () => undefined); // `firstContainer` throws it
  const late = setTimeout(() => {
    events.destroy(
      new Error(`The engine told of no container of actor ${actor} within ${CREATED_WITHIN_MS / 1000} s.`),
    );
  }, CREATED_WITHIN_MS);
  try {
    const [container] = await Promise.all([firstContainer(api, events, actor), execute()]);
    const sandboxId = /^container:(.*)$/.exec(container.HostConfig.NetworkMode)?.[1];
    const sandbox = sandboxId && createCallOf(await api.inspect(sandboxId));
    return { container: createCallOf(container), sandbox };
  } finally {
    clearTimeout(late);
    events.destroy();
  }
}

async function firstContainer(api, events, actor) {
  for await (const line of createInterface({ input: events })) {
    const { id, Actor } = JSON.parse(line);
    const { 'abaco.actor': owner = '', 'abaco.execution': execution } = Actor.Attributes;
    if (execution !== undefined && owner.endsWith(`_${actor}`)) return api.inspect(id);
  }
  throw events.errored ?? new Error('The engine ended its event stream.');
}
