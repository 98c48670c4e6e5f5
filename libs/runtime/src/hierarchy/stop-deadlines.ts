/** How long each level of the hierarchy may take to stop, milliseconds: each a little longer than those below it. */
export interface StopDeadlines {
  /** For a running execution to end; then its container is left for adoption. */
  readonly drain: number;
  readonly worker: number;
  readonly pool: number;
  readonly mailbox: number;
  readonly tenant: number;
  readonly tenants: number;
  readonly system: number;
}

/** @param drainSeconds `workers.drain_seconds` */
export function stopDeadlines(drainSeconds: number): StopDeadlines {
  const drain = drainSeconds * 1000;
  return {
    drain,
    worker: drain + 4_000,
    pool: drain + 6_000,
    mailbox: drain + 8_000,
    tenant: drain + 13_000,
    tenants: drain + 16_000,
    system: drain + 18_000,
  };
}
