import { newId, type ActorDbid } from '@abaco/contract';
import type { ActorRecord, ActorVersions } from '@abaco/store';
import { ActorChanged, ActorIsStateful, ActorIsStateless, ActorNotFound } from '../errors.js';
import type { RuntimeServices } from '../runtime-services.js';
import type { MailboxCommand } from './mailbox-protocol.js';
import { newExecution } from './new-execution.js';

type Command<T extends MailboxCommand['type']> = Extract<MailboxCommand, { type: T }>;

/**
 * Contract 2.2.2.
 * @returns the record as it is now
 * @throws ActorNotFound, ActorChanged, ActorIsStateful
 */
export async function updateActor(
  services: RuntimeServices,
  { _id, id }: ActorRecord,
  { changes, by, force, versions }: Command<'update'>,
): Promise<ActorRecord> {
  const { actors } = services.store;
  const record = await actors.update(_id, changes, by, force, versions);
  if (record) return record;
  const found = await actors.find(_id);
  if (!found || found.status === 'SHUTTING_DOWN') throw new ActorNotFound(id);
  await requireVersion(services, { _id, id }, versions);
  throw new ActorIsStateful(id);
}

/** @throws ActorNotFound, ActorChanged, ActorIsStateless */
export async function replaceState(
  services: Pick<RuntimeServices, 'store'>,
  { _id, id }: ActorRecord,
  { state, versions }: Pick<Command<'replace-state'>, 'state'> & { readonly versions?: ActorVersions },
): Promise<ActorRecord> {
  const { actors } = services.store;
  const record = await actors.replaceState(_id, state, versions);
  if (record) return record;
  if (!(await actors.find(_id))) throw new ActorNotFound(id);
  await requireVersion(services, { _id, id }, versions);
  throw new ActorIsStateless(id);
}

/** Adds an execution that took place elsewhere. */
export async function recordExecution(
  { store }: RuntimeServices,
  actor: ActorRecord,
  { caller, statistics }: Command<'record-execution'>,
): Promise<void> {
  const execution = newExecution(actor, caller, newId());
  await store.executions.insert({ ...execution, ...statistics, status: 'COMPLETE', finish_time: new Date() });
}

/** @throws ActorChanged when the actor has none of these versions now */
export async function requireVersion(
  { store }: Pick<RuntimeServices, 'store'>,
  { _id, id }: { readonly _id: ActorDbid; readonly id: ActorRecord['id'] },
  versions: ActorVersions,
): Promise<void> {
  const found = await store.actors.find(_id);
  if (found && versions && !versions.includes(found.version)) throw new ActorChanged(id);
}
