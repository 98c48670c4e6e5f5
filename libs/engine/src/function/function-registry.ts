import { FunctionNotFound, FunctionRefused } from './errors.js';
import type { FunctionHandler } from './function-context.js';
import { functionName, isFunctionName } from './function-image.js';

/** The functions of this process by name. While it is empty, `function:…` is the name of an image like any other. */
export class FunctionRegistry {
  private readonly handlers = new Map<string, FunctionHandler>();

  /** @throws FunctionRefused for a name that cannot be one */
  constructor(functions: Readonly<Record<string, FunctionHandler>> = {}) {
    for (const [name, handler] of Object.entries(functions)) this.register(name, handler);
  }

  /** @throws FunctionRefused for a name that cannot be one, or is taken */
  register(name: string, handler: FunctionHandler): void {
    if (!isFunctionName(name)) {
      throw new FunctionRefused(
        name,
        'a name has 1 to 128 of A-Z a-z 0-9 _ . and -, and begins with none of the last two.',
      );
    }
    if (typeof handler !== 'function') throw new FunctionRefused(name, 'what is given for it is no function.');
    if (this.handlers.has(name)) throw new FunctionRefused(name, 'there is one of that name already.');
    this.handlers.set(name, handler);
  }

  /** Whether `image` means a function here, registered or not. */
  serves(image: string): boolean {
    return this.handlers.size > 0 && functionName(image) !== undefined;
  }

  /** @throws FunctionNotFound */
  handler(image: string): FunctionHandler {
    const name = functionName(image) ?? image;
    const handler = this.handlers.get(name);
    if (!handler) throw new FunctionNotFound(name);
    return handler;
  }
}
