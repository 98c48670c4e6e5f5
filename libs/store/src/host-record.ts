import type { HostId } from '@abaco/contract';

/** A compute host and its lease in database time. */
export interface HostRecord {
  readonly _id: HostId;
  readonly ip: string;
  /** New at every start of the process: tells a restarted process from its predecessor. */
  readonly incarnation: string;
  readonly lease_expires: Date;
  readonly started: Date;
}
