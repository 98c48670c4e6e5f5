import type { TenantId } from '@abaco/contract';

/** What was created in one tenant on one day (UTC). */
export interface StatisticsRecord {
  /** `<yyyy-mm-dd>_<tenant>`. */
  readonly _id: string;
  readonly tenant: TenantId;
  readonly day: string;
  readonly actor_total: number;
}
