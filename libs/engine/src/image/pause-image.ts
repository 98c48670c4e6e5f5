import { pauseBinary } from '../elf/pause.js';
import type { Machine } from '../elf/static-elf.js';
import type { EngineClient } from '../docker/engine-client.js';
import { isRefusal } from '../docker/engine-refusal.js';
import { importImage } from './build-image.js';

/** The image of sandbox containers. The version changes when its content does. */
export const PAUSE_IMAGE = 'abaco/pause:1';

const checks = new WeakMap<EngineClient, Promise<void>>();

/**
 * Makes sure that the engine has the pause image: it is made here, so that no registry is needed. Calls at the same time share the
 * work.
 */
export function ensurePauseImage(client: EngineClient): Promise<void> {
  let check = checks.get(client);
  if (!check) {
    check = makePauseImage(client).finally(() => checks.delete(client));
    checks.set(client, check);
  }
  return check;
}

async function makePauseImage(client: EngineClient): Promise<void> {
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
