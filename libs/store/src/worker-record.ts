import type { ActorDbid, HostId, TenantId, WorkerId, WorkerStatus } from '@abaco/contract';

/** A worker: one lane of executions of one revision of an actor. Stopped workers have no record. */
export interface WorkerRecord {
  /** `<actor dbid>_<worker id>`. */
  readonly _id: string;
  readonly tenant: TenantId;
  readonly id: WorkerId;
  readonly actor_id: ActorDbid;
  /** From 0; unique among the actor's workers, so that more workers than allowed cannot exist. */
  readonly slot: number;
  readonly revision: number;
  readonly status: WorkerStatus;
  readonly image: string | null;
  readonly ch_name: string | null;
  readonly location: string | null;
  readonly cid: string | null;
  readonly host_id: HostId | null;
  readonly host_ip: string | null;
  readonly create_time: Date;
  readonly last_execution_time: Date | null;
  readonly last_health_check_time: Date | null;
}

/** How many workers an actor has in one status. */
export interface WorkerCount extends Pick<WorkerRecord, 'tenant' | 'actor_id' | 'status'> {
  readonly count: number;
}
