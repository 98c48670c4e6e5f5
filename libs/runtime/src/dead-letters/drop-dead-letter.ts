import { executionDbid, type ExecutionDbid } from '@abaco/contract';
import type { DeadLetter, Store } from '@abaco/store';

/** Forgets a dead letter and its message; the record of the execution stays. @returns whether it was one */
export async function dropDeadLetter(store: Store, execution: ExecutionDbid): Promise<boolean> {
  const dropped = await store.executions.deadLetters.remove(execution);
  if (dropped && !(await hasHeir(store, dropped))) await dropBody(store, dropped);
  return dropped !== null;
}

/** The execution that runs the message again has its body. */
async function hasHeir(store: Store, { actor_id, redriven_as }: DeadLetter): Promise<boolean> {
  return redriven_as !== undefined && (await store.executions.find(executionDbid(actor_id, redriven_as))) !== null;
}

async function dropBody(store: Store, { _id, message }: DeadLetter): Promise<void> {
  if (message.kind !== 'text' && message.kind !== 'json') await store.bodies.delete(message.body ?? _id);
}
