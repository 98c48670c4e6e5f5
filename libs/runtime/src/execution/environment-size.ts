/** The kernel's limit of one environment string with its name and its final NUL, bytes (MAX_ARG_STRLEN, 32 pages of 4 KiB). */
export const MAX_ENVIRONMENT_STRING = 131_072;

/**
 * Most bytes of all variables together. The kernel allows a quarter of the stack's limit, 2 MiB where that is the usual 8 MiB,
 * for the image's own variables and all arguments too (execve(2)).
 */
export const MAX_ENVIRONMENT = 1_048_576;

/** A string costs its pointer, too. */
const POINTER_BYTES = 8;

/** Bytes of `name=value` with the final NUL. */
export const variableBytes = (name: string, value: string | null): number =>
  Buffer.byteLength(name) + '='.length + Buffer.byteLength(value ?? '') + 1;

/** Bytes that an environment takes of what the kernel allows for all of it. */
export const environmentBytes = (environment: Readonly<Record<string, string | null>>): number =>
  Object.entries(environment).reduce((sum, [name, value]) => sum + variableBytes(name, value) + POINTER_BYTES, 0);
