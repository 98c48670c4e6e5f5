import type { OutputSink, RunningContainer } from '@abaco/engine';
import type { ExecutionRecord } from '@abaco/store';
import type { RuntimeServices } from '../runtime-services.js';

/** Of these states is a container that has run or runs. */
const STARTED = ['running', 'paused', 'restarting', 'exited'];

/** An earlier attempt may have left a container on this host: the youngest is taken over, not run twice; others are removed. */
export async function adoptContainer(
  { engine, instance, logger }: RuntimeServices,
  claimed: ExecutionRecord,
  sink: OutputSink,
): Promise<RunningContainer | undefined> {
  if (claimed.attempt === 1) return undefined;
  const since = lastConcluded(claimed);
  const found = (await engine.find(instance)).filter(
    ({ labels }) => labels.execution === claimed._id && (labels.attempt ?? 0) > since,
  );
  let adopted: RunningContainer | undefined;
  for (const container of found.sort((a, b) => (b.labels.attempt ?? 0) - (a.labels.attempt ?? 0))) {
    if (!adopted && STARTED.includes(container.state)) {
      logger.info({ execution: claimed._id, container: container.id, state: container.state }, 'Adopting a container');
      adopted = await engine.adopt(container, sink);
    } else {
      await engine.remove(container.id);
    }
  }
  return adopted;
}

/** The last attempt that came to an end of its own, 0 for none: containers up to there are done with. */
const lastConcluded = ({ attempts = [] }: ExecutionRecord): number =>
  attempts.findLast(({ failure }) => failure !== 'infrastructure')?.number ?? 0;
