import { createInterface } from 'node:readline';

/** Fields of an inspected container that make up a create call; identifiers and labels are left out. */
function createCallOf({ Config, HostConfig }) {
  const { Image, Cmd, Entrypoint, Env, User, AttachStdout, AttachStderr, Tty, OpenStdin, NetworkDisabled } = Config;
  const own = { Image, Cmd, Entrypoint, Env, User, AttachStdout, AttachStderr, Tty, OpenStdin, NetworkDisabled };
  return { ...own, HostConfig };
}

/**
 * Reads the settings of a container of the system, and of the sandbox that it shares, off the engine while `execute` makes
 * the system run one execution of `image`: so the bare loop is like for like by construction, whatever the system does.
 */
export async function settingsOfSystem(api, image, execute) {
  const events = await api.events('create');
  try {
    const seen = (async () => {
      for await (const line of createInterface({ input: events })) {
        const event = JSON.parse(line);
        if (event.from === image) return api.inspect(event.id);
      }
      throw new Error('The engine ended its event stream.');
    })();
    const [container] = await Promise.all([seen, execute()]);
    const sandboxId = /^container:(.*)$/.exec(container.HostConfig.NetworkMode)?.[1];
    const sandbox = sandboxId && createCallOf(await api.inspect(sandboxId));
    return { container: createCallOf(container), sandbox };
  } finally {
    events.destroy();
  }
}
