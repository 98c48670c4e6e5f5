import { isFinal, type ActorDbid, type ExecutionDbid, type WorkerId } from '@abaco/contract';
import type { FoundContainer } from '@abaco/engine';
import type { ExecutionRecord } from '@abaco/store';
import type { RuntimeServices } from '../runtime-services.js';
import type { MendedSubject } from '../telemetry/telemetry.js';

type Services = Pick<RuntimeServices, 'store' | 'engine' | 'instance' | 'logger' | 'telemetry' | 'config'>;

/** A worker removes the container within some seconds of its end, or gives up: the engine was away. Milliseconds. */
const WORKER_REMOVES_WITHIN_MS = 20_000;

/** Removes containers of final or unknown executions, and sandboxes of workers that are gone and that no container uses. */
export async function removeOrphans(services: Services): Promise<void> {
  const { engine, instance, logger, telemetry } = services;
  const found = await engine.find(instance);
  const inUse = new Set<string>();
  for (const container of found.filter(({ labels }) => labels.execution !== undefined)) {
    if (await isOrphan(services, container)) {
      logger.info({ container: container.id, execution: container.labels.execution }, 'Removing an orphaned container');
      await engine.remove(container.id);
      telemetry.mended?.('orphaned-container', subjectOf(container));
    } else {
      inUse.add(container.labels.worker);
    }
  }
  for (const sandbox of found.filter(({ labels }) => labels.execution === undefined)) {
    const { worker } = sandbox.labels;
    if (inUse.has(worker) || !(await ownerIsGone(services, sandbox))) continue;
    logger.info({ container: sandbox.id, worker }, 'Removing the sandbox of a worker that is gone');
    await engine.remove(sandbox.id);
    telemetry.mended?.('orphaned-sandbox', subjectOf(sandbox));
  }
}

const subjectOf = ({ id, labels }: FoundContainer): MendedSubject => ({
  container: id,
  actor: labels.actor,
  worker: labels.worker,
  ...(labels.execution !== undefined && { execution: labels.execution }),
});

async function isOrphan(services: Services, container: FoundContainer): Promise<boolean> {
  const execution = await services.store.executions.find(container.labels.execution as ExecutionDbid);
  if (!execution) return true;
  // a container of an earlier attempt may be adopted by the running one: only the end of the execution decides.
  // Right after it the worker itself removes the container
  return isFinal(execution.status) && (wasForgotten(services, execution) || (await ownerIsGone(services, container)));
}

function wasForgotten({ config }: Services, { finish_time }: ExecutionRecord): boolean {
  if (config.workers.leave_containers || finish_time === null) return false;
  return Date.now() - finish_time.getTime() > WORKER_REMOVES_WITHIN_MS;
}

async function ownerIsGone({ store }: Services, { labels }: FoundContainer): Promise<boolean> {
  return (await store.workers.find(labels.actor as ActorDbid, labels.worker as WorkerId)) === null;
}
