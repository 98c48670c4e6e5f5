import { resolve } from 'node:path';
import { CgroupLayout, type CgroupInfo } from '../accounting/cgroup-layout.js';
import type {
  ContainerSpec,
  EngineImage,
  EngineInfo,
  ExecutionEngine,
  FoundContainer,
  OutputSink,
  PulledImage,
  RunningContainer,
  Sandbox,
  SandboxSpec,
} from '../execution-engine.js';
import { ImagePuller } from '../image/image-puller.js';
import { LocalImages } from '../image/local-images.js';
import type { RegistryCredentials } from '../image/registry-credentials.js';
import { DatagramPoller } from '../ipc/datagram-poller.js';
import { removeWorkerDirectories, type ResultsPort } from '../ipc/execution-files.js';
import { loadLibc } from '../ipc/libc.js';
import { removeStrayFiles } from '../ipc/stray-files.js';
import { silentLogger, type EngineLogger } from '../logger.js';
import { DockerSandbox } from './docker-sandbox.js';
import { parseEngineUrl } from './engine-address.js';
import { EngineClient } from './engine-client.js';
import type { EngineContext } from './engine-context.js';
import { isRefusal } from './engine-refusal.js';
import { fileNameOf, fromDockerLabels, INSTANCE_LABEL, publicIdOf } from './labels.js';
import { launch } from './launch.js';
import { discardContainer } from './removal.js';
import { LEAN_SECCOMP_X64 } from './seccomp-x64.js';
import { inspect, removeMountedFiles, takeOver } from './take-over.js';

export interface DockerEngineOptions {
  /** `unix:///path`, `tcp://host:port`, `http://…` or `https://…`. Default `unix:///var/run/docker.sock`; see `findEngine`. */
  readonly url?: string;
  /** Results sockets lie in `<socketDir>/<worker>/<execution>.sock`. The engine must see the same path. */
  readonly socketDir: string;
  /** Binary messages lie in `<fifoDir>/<worker>/<execution>`. The engine must see the same path. */
  readonly fifoDir: string;
  /**
   * `default` (default): the engine's own profile. `lean`: Docker's list for x86-64 alone, which is less to compile at each start; 32-bit programs
   * cannot run, and an own profile of the engine does not apply. On other architectures it is the same as `default`.
   */
  readonly seccomp?: 'default' | 'lean';
  /** Bytes that the engine keeps of one container's output, for recovery. Default 33,554,432. */
  readonly logMaxBytes?: number;
  /** Processes and threads of one container. Default 4,096. */
  readonly pidsLimit?: number;
  /** Linux capabilities of containers, without `CAP_`; all others are dropped. Default: those of the engine. */
  readonly capabilities?: readonly string[];
  /** Programs cannot gain privileges by setuid files. Default true. */
  readonly noNewPrivileges?: boolean;
  readonly logger?: EngineLogger;
}

const DEFAULT_URL = 'unix:///var/run/docker.sock';
/** Milliseconds in which an engine has to say what it is. */
const INFO_LIMIT = 10_000;

interface InfoAnswer extends CgroupInfo {
  readonly NCPU: number;
  readonly MemTotal: number;
  readonly ServerVersion: string;
  readonly Architecture: string;
}

interface VersionAnswer {
  readonly Platform?: { readonly Name: string };
  readonly Components?: readonly { readonly Name: string }[];
}

/**
 * Runs containers on a Docker-compatible engine. On this host (a Unix socket on Linux) everything works; on an engine elsewhere binary
 * messages are copied, statistics are the engine's own samples, and results sockets cannot exist.
 */
export class DockerEngine implements ExecutionEngine {
  private readonly images: LocalImages;
  private readonly puller: ImagePuller;

  private constructor(private readonly context: EngineContext) {
    this.images = new LocalImages(context.client);
    this.puller = new ImagePuller(context.client, this.images);
  }

  /** @throws EngineUnavailable when no engine answers */
  static async connect(options: DockerEngineOptions): Promise<DockerEngine> {
    const logger = options.logger ?? silentLogger;
    const address = parseEngineUrl(options.url ?? DEFAULT_URL);
    const client = await EngineClient.connect(address);
    const local = address.kind === 'unix' && process.platform === 'linux';
    const info = await client.json<InfoAnswer>({ method: 'GET', path: '/info', timeoutMs: INFO_LIMIT });
    return new DockerEngine({
      client,
      local,
      layout: CgroupLayout.detect(info, local),
      logger,
      directories: { socketDir: resolve(options.socketDir), fifoDir: resolve(options.fifoDir) },
      results: await resultsPort(local, logger),
      defaults: {
        logMaxBytes: options.logMaxBytes ?? 32 * 1024 * 1024,
        pidsLimit: options.pidsLimit ?? 4096,
        noNewPrivileges: options.noNewPrivileges ?? true,
        ...(options.capabilities && { capabilities: options.capabilities }),
        ...(options.seccomp === 'lean' && info.Architecture === 'x86_64' ? { seccompProfile: LEAN_SECCOMP_X64 } : {}),
      },
      files: new Map(),
      starting: new Map(),
    });
  }

  async info(): Promise<EngineInfo> {
    const { client } = this.context;
    const [info, version] = await Promise.all([
      client.json<InfoAnswer>({ method: 'GET', path: '/info', timeoutMs: INFO_LIMIT }),
      client.json<VersionAnswer>({ method: 'GET', path: '/version', timeoutMs: INFO_LIMIT }),
    ]);
    const component = version.Components?.[0]?.Name;
    return {
      name: version.Platform?.Name || (component === 'Engine' ? 'Docker Engine' : (component ?? 'container engine')),
      version: info.ServerVersion,
      location: client.address.location,
      cpus: info.NCPU,
      memoryBytes: info.MemTotal,
    };
  }

  findImage(image: string): Promise<EngineImage | undefined> {
    return this.images.find(image);
  }

  pullImage(image: string, credentials?: RegistryCredentials): Promise<PulledImage> {
    return this.puller.pull(image, credentials);
  }

  removeImage(id: string, names: readonly string[]): Promise<'removed' | 'named' | 'used'> {
    return this.images.remove(id, names);
  }

  openSandbox(spec: SandboxSpec): Promise<Sandbox> {
    const { client, layout, logger, directories } = this.context;
    return DockerSandbox.open(spec, client, layout, logger, async () => {
      await removeWorkerDirectories(spec.labels.worker, directories).catch((error: unknown) => {
        logger.warn({ worker: spec.labels.worker, err: error }, 'directories of a worker could not be removed');
      });
    });
  }

  start(spec: ContainerSpec, sandbox: Sandbox, sink: OutputSink): Promise<RunningContainer> {
    if (!(sandbox instanceof DockerSandbox)) throw new TypeError('The sandbox is of another engine.');
    return launch(this.context, spec, sandbox, sink);
  }

  async find(instance: string): Promise<FoundContainer[]> {
    const found = await this.context.client.json<{ Id: string; State: string; Labels: Record<string, string> }[]>({
      method: 'GET',
      path: '/containers/json',
      query: { all: true, filters: { label: [`${INSTANCE_LABEL}=${instance}`] } },
    });
    return found.map(({ Id, State, Labels }) => ({ id: Id, state: State, labels: fromDockerLabels(Labels) }));
  }

  adopt(container: FoundContainer, sink: OutputSink): Promise<RunningContainer> {
    return takeOver(this.context, container.id, sink);
  }

  async remove(containerId: string): Promise<void> {
    try {
      const inspection = await inspect(this.context, containerId);
      await discardContainer(this.context.client, containerId, this.context.logger);
      await removeMountedFiles(this.context, inspection);
      await this.context.layout.removeParent(inspection.HostConfig.CgroupParent, 0);
    } catch (error) {
      if (!isRefusal(error, 404)) throw error;
    }
  }

  async removeStrayFiles(): Promise<readonly string[]> {
    const { client, directories, starting, local } = this.context;
    if (!local) return []; // the containers' files lie elsewhere
    return removeStrayFiles(directories, starting, async () => {
      // of every installation: one may share the directories
      const found = await client.json<{ Labels: Record<string, string> }[]>({
        method: 'GET',
        path: '/containers/json',
        query: { all: true, filters: { label: [INSTANCE_LABEL] } },
      });
      const labels = found.map(({ Labels }) => fromDockerLabels(Labels));
      return {
        executions: new Set(
          labels.flatMap(({ execution }) => (execution === undefined ? [] : [publicIdOf(execution)])),
        ),
        workers: new Set(labels.map(({ worker }) => fileNameOf(worker))),
      };
    });
  }

  async close(): Promise<void> {
    for (const files of this.context.files.values()) files.results?.close();
    this.context.files.clear();
    await this.context.results?.poller.close();
    this.context.client.close();
  }
}

async function resultsPort(local: boolean, logger: EngineLogger): Promise<ResultsPort | undefined> {
  if (!local) {
    logger.warn({}, 'the container engine is not on this host: actors cannot send results');
    return undefined;
  }
  const libc = await loadLibc();
  const failed = (error: unknown): void => logger.warn({ err: error }, 'results could not be read');
  return { libc, poller: new DatagramPoller(libc, failed) };
}
