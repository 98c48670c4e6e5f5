import { pauseBinary } from '../elf/pause.js';
import type { Machine } from '../elf/static-elf.js';
import type { EngineClient } from '../docker/engine-client.js';
import { isRefusal } from '../docker/engine-refusal.js';
import { importImage } from './build-image.js';

/** The image of sandbox containers. The version changes when its content does. */
export const PAUSE_IMAGE = 'abaco/pause:1';

const imports = new WeakMap<EngineClient, Promise<void>>();

/**
 * Creates a container of the pause image. An engine that does not have the image gets it: it is made here, so that no registry is
 * needed.
 * @param create is called once more when the engine knew no such image
 */
export async function createWithPauseImage<T>(client: EngineClient, create: () => Promise<T>): Promise<T> {
  try {
    return await create();
  } catch (error) {
    if (!isRefusal(error, 404)) throw error;
    await provideOnce(client);
    return create();
  }
}

/** Calls at the same time share the work. */
function provideOnce(client: EngineClient): Promise<void> {
  let importing = imports.get(client);
  if (!importing) {
    importing = provide(client).finally(() => imports.delete(client));
    imports.set(client, importing);
  }
  return importing;
}

async function provide(client: EngineClient): Promise<void> {
  try {
    await client.json({ method: 'GET', path: `/images/${PAUSE_IMAGE}/json` });
  } catch (error) {
    if (!isRefusal(error, 404)) throw error;
    const { Arch } = await client.json<{ Arch: string }>({ method: 'GET', path: '/version' });
    const pause = { path: '/pause', content: pauseBinary(machineOf(Arch)), mode: 0o755 };
    await importImage(client, PAUSE_IMAGE, [pause], { entrypoint: ['/pause'] });
  }
}

/** `amd64` and `arm64` in Go's words, `x86_64` and `aarch64` in the kernel's. @throws Error on any other */
export function machineOf(architecture: string): Machine {
  switch (architecture) {
    case 'amd64':
    case 'x86_64':
    case 'x64':
      return 'x86_64';
    case 'arm64':
    case 'aarch64':
      return 'aarch64';
    default:
      throw new Error(`Engines on ${architecture} are not supported: use x86_64 or aarch64.`);
  }
}
