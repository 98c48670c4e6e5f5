import { CounterMeter, noMeter, StatsMeter, type UsageMeter } from '../accounting/usage-meter.js';
import { ContainerNotStarted, EngineUnavailable } from '../errors.js';
import type { ContainerSpec, OutputSink } from '../execution-engine.js';
import { ExecutionFiles } from '../ipc/execution-files.js';
import { uploadFiles } from './file-upload.js';
import { executionConfig } from './container-config.js';
import { DockerContainer } from './docker-container.js';
import { startContainer, type DockerSandbox } from './docker-sandbox.js';
import type { EngineClient } from './engine-client.js';
import { guardedSink, type EngineContext } from './engine-context.js';
import { outage } from './engine-outage.js';
import { EngineRefusal, isRefusal } from './engine-refusal.js';
import type { Inspection } from './inspection.js';
import type { Counters } from '../accounting/counters.js';
import { fileNameOf, publicIdOf } from './labels.js';
import { OutputRate } from './output-rate.js';
import { OutputReader } from './output-reader.js';
import { discardContainer } from './removal.js';

/** The sandbox's idle container has ended (20.10 and later) or was removed. */
const SANDBOX_LOST = /non running container|No such container/i;

/**
 * Files, create, attach, start: in this order no output and no result is lost.
 * @throws ContainerNotStarted, EngineUnavailable
 */
export async function launch(
  context: EngineContext,
  spec: ContainerSpec,
  sandbox: DockerSandbox,
  unguarded: OutputSink,
): Promise<DockerContainer> {
  const { execution, worker } = spec.labels;
  context.starting.set(publicIdOf(execution), fileNameOf(worker));
  try {
    return await launchWithFiles(context, spec, sandbox, unguarded);
  } finally {
    context.starting.delete(publicIdOf(execution));
  }
}

async function launchWithFiles(
  context: EngineContext,
  spec: ContainerSpec,
  sandbox: DockerSandbox,
  unguarded: OutputSink,
): Promise<DockerContainer> {
  const sink = guardedSink(unguarded, context);
  const files = await ExecutionFiles.create(spec, context.directories, context.results, (datagram) =>
    sink.result(datagram),
  ).catch((cause: Error) => {
    throw new ContainerNotStarted(spec.image, cause.message, { cause });
  });
  try {
    return await start(context, spec, sandbox, sink, files).catch(async (error: unknown) => {
      if (!isRefusal(error) || !SANDBOX_LOST.test(error.reason)) throw error;
      await sandbox.revive();
      return await start(context, spec, sandbox, sink, files);
    });
  } catch (error) {
    await removeFiles(context, files);
    if (error instanceof EngineUnavailable || error instanceof ContainerNotStarted) throw error;
    const reason = error instanceof EngineRefusal ? error.reason : (error as Error).message;
    throw new ContainerNotStarted(spec.image, reason, { cause: error });
  }
}

async function start(
  context: EngineContext,
  spec: ContainerSpec,
  sandbox: DockerSandbox,
  sink: OutputSink,
  files: ExecutionFiles,
): Promise<DockerContainer> {
  const { client, logger } = context;
  const counters = sandbox.counters;
  const before = counters.readBefore();
  const id = await create(context, spec, sandbox, files, before);
  try {
    if (!context.local && files.inputs.length > 0) await uploadFiles(client, id, files.inputs);
    const rate = spec.outputBytesPerSecond === undefined ? undefined : new OutputRate(spec.outputBytesPerSecond);
    const output = await attach(context, id, sink, { rate }).catch(asOutage(client));
    const startedAt = new Date();
    try {
      await startContainer(client, id);
    } catch (error) {
      output.close();
      throw error;
    }
    context.files.set(id, files);
    const meter =
      before.cpuNs === undefined
        ? await statsMeter(context, id, sandbox.placement.networkContainer ?? id)
        : new CounterMeter(counters, before);
    const discard = async (): Promise<void> => {
      await discardContainer(client, id, logger);
      await removeFiles(context, files);
      context.files.delete(id);
    };
    const drainResults = (): void => files.results?.drain();
    const imageDigest = spec.resolved?.digest;
    const parts = { id, startedAt, imageDigest, sink, output, meter, drainResults, discard };
    return new DockerContainer(parts, client, logger);
  } catch (error) {
    const exitCode = isRefusal(error, 400) ? await exitCodeOf(context, id) : undefined;
    await discardContainer(client, id, logger);
    if (exitCode === undefined) throw error;
    throw new ContainerNotStarted(spec.image, (error as EngineRefusal).reason, { cause: error, exitCode });
  }
}

async function create(
  context: EngineContext,
  spec: ContainerSpec,
  sandbox: DockerSandbox,
  files: ExecutionFiles,
  before: Counters,
): Promise<string> {
  const { client, logger } = context;
  const name = `abaco-${publicIdOf(spec.labels.execution)}-${spec.labels.attempt}`;
  const mounted = context.local ? files : { results: undefined, inputs: [] };
  const body = executionConfig(spec, sandbox.placement, mounted, before, context.defaults);
  const request = { method: 'POST', path: '/containers/create', query: { name }, body } as const;
  try {
    return (await client.json<{ Id: string }>(request).catch(asOutage(client))).Id;
  } catch (error) {
    if (error instanceof EngineUnavailable) {
      void discardContainer(client, name, logger); // it may have been created all the same
      throw error;
    }
    if (!isRefusal(error, 409)) throw error;
    await removeStale(context, name, spec);
    return (await client.json<{ Id: string }>(request)).Id;
  }
}

/** A 5xx here tells of the engine and not of the container: it has failed, and the same request may succeed later. */
function asOutage(client: EngineClient): (error: unknown) => never {
  return (error) => {
    if (!isRefusal(error) || error.status < 500 || SANDBOX_LOST.test(error.reason)) throw error;
    throw outage(client, error);
  };
}

/** Frees a name that an earlier, broken-off start of the same execution has taken. */
async function removeStale({ client, logger }: EngineContext, name: string, spec: ContainerSpec): Promise<void> {
  try {
    const { Config } = await client.json<Inspection>({ method: 'GET', path: `/containers/${name}/json` });
    const { instance, execution } = spec.labels;
    if (Config.Labels?.['abaco.instance'] !== instance || Config.Labels['abaco.execution'] !== execution) return;
  } catch (error) {
    if (isRefusal(error, 404)) return;
    throw error;
  }
  await discardContainer(client, name, logger);
}

/** Resolves when the engine's answer is there: output written after that is not lost. */
export async function attach(
  { client }: EngineContext,
  id: string,
  sink: OutputSink,
  { withLogs = false, rate }: { withLogs?: boolean; rate?: OutputRate | undefined } = {},
): Promise<OutputReader> {
  const stream = await client.open({
    method: 'POST',
    path: `/containers/${id}/attach`,
    query: { stream: true, stdout: true, stderr: true, ...(withLogs ? { logs: true } : {}) },
  });
  return new OutputReader(stream, (chunk) => sink.log(chunk), 0, rate);
}

export async function statsMeter({ client }: EngineContext, id: string, networkContainer: string): Promise<UsageMeter> {
  return (await StatsMeter.start(client, id, networkContainer)) ?? noMeter;
}

async function exitCodeOf({ client }: EngineContext, id: string): Promise<number | undefined> {
  try {
    const { State } = await client.json<Inspection>({ method: 'GET', path: `/containers/${id}/json` });
    return State.ExitCode === 0 ? undefined : State.ExitCode;
  } catch {
    return undefined; // the refusal itself is what the caller must know
  }
}

async function removeFiles({ logger }: EngineContext, files: ExecutionFiles): Promise<void> {
  try {
    await files.remove();
  } catch (error) {
    logger.warn({ err: error }, 'files of an execution could not be removed');
  }
}
