import type { Caller } from '@abaco/access';
import { executionDbid, type ExecutionId } from '@abaco/contract';
import type { ActorRecord, ExecutionRecord } from '@abaco/store';

/** An execution that is received now and that nobody has worked on. */
export const newExecution = (
  actor: ActorRecord,
  caller: Pick<Caller, 'user' | 'apiServer'>,
  id: ExecutionId,
): ExecutionRecord => ({
  _id: executionDbid(actor._id, id),
  tenant: actor.tenant,
  id,
  actor_id: actor._id,
  executor: caller.user,
  api_server: caller.apiServer,
  status: 'SUBMITTED',
  error: null,
  message: { kind: 'text', text: '' },
  environment: [],
  idempotency_key: null,
  worker_id: null,
  host_id: null,
  attempt: 0,
  lease_expires: null,
  halt_requested: false,
  message_received_time: new Date(),
  start_time: null,
  finish_time: null,
  runtime: 0,
  cpu: 0,
  io: 0,
  exit_code: null,
  image_digest: null,
  final_state: null,
});
