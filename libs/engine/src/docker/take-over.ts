import { rm } from 'node:fs/promises';
import { SandboxCounters } from '../accounting/sandbox-counters.js';
import { CounterMeter, noMeter, type UsageMeter } from '../accounting/usage-meter.js';
import { ACTOR_STATE, BINARY_DATA, RESULTS_SOCKET } from '../container-paths.js';
import { ContainerNotStarted } from '../errors.js';
import type { OutputSink } from '../execution-engine.js';
import { DockerContainer } from './docker-container.js';
import { LocalImages } from '../image/local-images.js';
import { guardedSink, type EngineContext } from './engine-context.js';
import { timeOf, type Inspection } from './inspection.js';
import { countersBefore } from './labels.js';
import { attach, statsMeter } from './launch.js';
import { discardContainer } from './removal.js';

/** `HostConfig.NetworkMode` of a container that has joined another one's network. */
const JOINED = /^container:(.+)$/;

/** Follows a container that another process has started, or this one before it lost the engine. */
export async function takeOver(context: EngineContext, id: string, unguarded: OutputSink): Promise<DockerContainer> {
  const sink = guardedSink(unguarded, context);
  const inspection = await inspect(context, id);
  const startedAt = timeOf(new Date(inspection.State.StartedAt));
  if (!startedAt) {
    throw new ContainerNotStarted(inspection.Config.Image, 'it was created but never started. Remove it.');
  }
  const files = context.files.get(id);
  files?.results?.redirect((datagram) => sink.result(datagram));
  const { Running, Paused } = inspection.State;
  const discard = async (): Promise<void> => {
    await discardContainer(context.client, id, context.logger);
    files?.results?.close();
    context.files.delete(id);
    await removeMountedFiles(context, inspection);
  };
  const parts = {
    id,
    startedAt,
    imageDigest: (await new LocalImages(context.client).find(inspection.Image))?.digest,
    sink,
    output: Running || Paused ? await attach(context, id, sink, { withLogs: true }) : undefined,
    meter: await meterOf(context, inspection),
    drainResults: () => files?.results?.drain(),
    discard,
  };
  return new DockerContainer(parts, context.client, context.logger);
}

/** @throws EngineRefusal with 404 when it is gone */
export function inspect({ client }: EngineContext, id: string): Promise<Inspection> {
  return client.json<Inspection>({ method: 'GET', path: `/containers/${id}/json` });
}

/** Removes results socket, binary message and state, of whatever process. Only below our own directories. */
export async function removeMountedFiles(
  { directories, logger }: EngineContext,
  { Mounts = [] }: Inspection,
): Promise<void> {
  for (const { Source, Destination } of Mounts) {
    const directory =
      Destination === RESULTS_SOCKET
        ? directories.socketDir
        : Destination === BINARY_DATA || Destination === ACTOR_STATE
          ? directories.fifoDir
          : undefined;
    if (directory === undefined || !Source.startsWith(`${directory}/`)) continue;
    await rm(Source, { force: true }).catch((error: unknown) => {
      logger.warn({ file: Source, err: error }, 'a file of an execution could not be removed');
    });
  }
}

/** The counters go on where the labels say that they stood when the container was created. */
async function meterOf(context: EngineContext, inspection: Inspection): Promise<UsageMeter> {
  const before = countersBefore(inspection.Config.Labels ?? {});
  const networkContainer = JOINED.exec(inspection.HostConfig.NetworkMode)?.[1];
  if (before.cpuNs === undefined) {
    if (!inspection.State.Running) return noMeter;
    return await statsMeter(context, inspection.Id, networkContainer ?? inspection.Id);
  }
  const holder = networkContainer === undefined ? undefined : await holderOf(context, networkContainer);
  return new CounterMeter(new SandboxCounters(context.layout, inspection.HostConfig.CgroupParent, holder), before);
}

async function holderOf(
  context: EngineContext,
  containerId: string,
): Promise<{ pid: number; containerId: string } | undefined> {
  try {
    const { State } = await inspect(context, containerId);
    return State.Running ? { pid: State.Pid, containerId } : undefined;
  } catch {
    return undefined; // without the sandbox there is no network figure; the execution counts all the same
  }
}
