/** Nest token of the options that the application gave. */
export const ABACO_OPTIONS = Symbol('AbacoOptions');

/** Nest token of the services that the runtime made of them. */
export const RUNTIME_SERVICES = Symbol('RuntimeServices');
