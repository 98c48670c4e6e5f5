import type { HostId } from '@abaco/contract';
import type { HostRecord } from './host-record.js';

export declare class HostRepository {
  /** Registers this process as the host. @returns false when another living process (unexpired lease) has this id. */
  register(host: HostId, ip: string, incarnation: string, leaseMs: number): Promise<boolean>;
  /** @returns false when another process has taken the host over: this one must stop working. */
  heartbeat(host: HostId, incarnation: string, leaseMs: number): Promise<boolean>;
  /** Ends the lease at once, at an orderly stop. */
  leave(host: HostId, incarnation: string): Promise<void>;
  listExpired(): Promise<HostRecord[]>;
}
