import { AbacoError } from '@abaco/contract';
import type { FunctionRegistry } from '@abaco/engine';
import type { ActorSettings } from '@abaco/store';

/** An actor that runs a function asks for what only a container can have. The caller has to leave the field away. */
export class InvalidFunctionActor extends AbacoError {
  readonly kind = 'invalid';
  constructor(
    readonly image: string,
    readonly field: string,
  ) {
    super(
      `Invalid actor description: ${field} cannot be set for ${image}. A function runs inside the application, which has no ` +
        `such setting for it; leave ${field} away, or give the image of a container.`,
    );
  }
}

/** Limits that cannot be kept are refused rather than ignored. @throws InvalidFunctionActor */
export function requireFunctionSettings(functions: FunctionRegistry, settings: ActorSettings): void {
  if (!functions.serves(settings.image)) return;
  const { image, mem_limit, max_cpus, network, use_init, privileged } = settings;
  const containerOnly = { mem_limit, max_cpus, network, use_init, privileged: privileged || null };
  const refused = Object.entries(containerOnly).find(([, value]) => value !== null);
  if (refused) throw new InvalidFunctionActor(image, refused[0]);
}
