/** The engine answered, but not as hoped. Internal to this library: callers get one of the errors of `errors.ts`. */
export class EngineRefusal extends Error {
  constructor(
    /** HTTP status. */
    readonly status: number,
    /** The engine's own words. */
    readonly reason: string,
    request: string,
  ) {
    super(`${request} was answered with ${status}: ${reason}`);
    this.name = 'EngineRefusal';
  }
}

/** True when the engine refused with one of these statuses. */
export const isRefusal = (error: unknown, ...statuses: number[]): error is EngineRefusal =>
  error instanceof EngineRefusal && (statuses.length === 0 || statuses.includes(error.status));
