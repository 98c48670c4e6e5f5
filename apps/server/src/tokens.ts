/** Nest token of the validated configuration (`AbacoConfig`). */
export const ABACO_CONFIG = Symbol('AbacoConfig');

/** Nest token of the structured log (`Logger` of the runtime). */
export const ABACO_LOGGER = Symbol('AbacoLogger');
