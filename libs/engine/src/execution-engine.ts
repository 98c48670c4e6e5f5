import type { Readable } from 'node:stream';
import type { FunctionCall } from './function/function-context.js';
import type { RegistryCredentials } from './image/registry-credentials.js';

/** Labels that every container of ours carries, so that a restarted host can adopt or remove it. */
export interface ContainerLabels {
  /** Id of the installation and host: only containers with our own value are ever touched. */
  readonly instance: string;
  readonly tenant: string;
  /** Internal id of the actor. */
  readonly actor: string;
  readonly worker: string;
  /** Internal id of the execution; absent on a sandbox. */
  readonly execution?: string;
  /** Which take of the message this container runs, from 1; absent on a sandbox. */
  readonly attempt?: number;
}

/** An image on the engine. */
export interface EngineImage {
  /** `sha256:…` of its configuration: what containers are made of, whatever names point to it later. */
  readonly id: string;
  /** `sha256:…` by which its registry knows it; of an image that was made on the engine, the id. */
  readonly digest: string;
  /** As the engine counts them; layers that images share count for each. */
  readonly bytes: number;
}

/** An image that was fetched. */
export interface PulledImage extends EngineImage {
  /** It was not on the engine before, under any name. */
  readonly fresh: boolean;
}

/** What the engine says of itself. */
export interface EngineInfo {
  readonly name: string;
  readonly version: string;
  /** `unix:///var/run/docker.sock` or `tcp://host:port`: shown to users as a worker's `location`. */
  readonly location: string;
  readonly cpus: number;
  readonly memoryBytes: number;
}

/** What a worker holds for all its executions: a network namespace and an accounting cgroup. */
export interface SandboxSpec {
  readonly labels: ContainerLabels;
  /** `bridge` (default): outbound network through the engine's bridge; `none`: loopback only; `host`: the host's own. */
  readonly network: 'bridge' | 'none' | 'host';
  /** What will run in it; absent: a container of any image. */
  readonly image?: string;
}

export interface Sandbox {
  /** Container id, or a synthetic id where the network mode needs no container. Shown as the worker's `cid`. */
  readonly id: string;
  /** Where it is, when that is not the engine's own location. */
  readonly location?: string;
  /** Removes the sandbox container and its cgroup. Idempotent, bounded, never throws. */
  close(): Promise<void>;
}

export interface ContainerSpec {
  /** As users name it. */
  readonly image: string;
  /** What the name stood for when the worker started; absent: what it stands for now. */
  readonly resolved?: Pick<EngineImage, 'id' | 'digest'>;
  readonly labels: ContainerLabels & { readonly execution: string; readonly attempt: number };
  /** `null` renders the bare key, which unsets the image's own value. */
  readonly environment: Readonly<Record<string, string | null>>;
  /** Binary message: readable by the container, complete before it starts, at `/_abaco_binary_data`. */
  readonly binaryData?: Readable | Buffer;
  /** State too long for a variable: readable by the container at `/_abaco_actor_state`. */
  readonly actorState?: Buffer;
  /** Bytes; absent = unlimited. */
  readonly memoryBytes?: number;
  /** 1 CPU = 1,000,000,000; absent = unlimited. */
  readonly nanoCpus?: number;
  /** `uid` or `uid:gid`; absent = the image's own user. */
  readonly user?: string;
  readonly privileged?: boolean;
  /** Output beyond this rate makes the actor wait; absent = it is taken as fast as it comes. Functions do not look at it. */
  readonly outputBytesPerSecond?: number;
  /** Whether the engine's init is process 1 and ends zombies. Default false. */
  readonly init?: boolean;
  readonly mounts?: readonly {
    readonly hostPath: string;
    readonly containerPath: string;
    readonly mode: 'ro' | 'rw';
  }[];
  /** For a function of this process: what it gets instead of strings. Containers do not look at it. */
  readonly call?: FunctionCall;
}

/** Takes what a running container produces. Calls never throw; a slow sink does not stall the container. */
export interface OutputSink {
  /** stdout and stderr in the order of arrival, raw bytes, cut at arbitrary places. */
  log(chunk: Buffer): void;
  /** One datagram of the results socket, at most 131,072 bytes. */
  result(datagram: Buffer): void;
}

/** Docker's `State` object with the times as dates. */
export interface FinalState {
  readonly Status: string;
  readonly Running: boolean;
  readonly Paused: boolean;
  readonly Restarting: boolean;
  readonly OOMKilled: boolean;
  readonly Dead: boolean;
  readonly Pid: number;
  readonly ExitCode: number;
  readonly Error: string;
  readonly StartedAt: Date;
  readonly FinishedAt: Date;
}

export interface ContainerOutcome {
  readonly exitCode: number;
  readonly state: FinalState;
  /** `digest` of the image that the container was made of. */
  readonly imageDigest: string;
  /** Just before the start call. */
  readonly startedAt: Date;
  readonly finishedAt: Date;
  /** CPU time of the container, nanoseconds. */
  readonly cpuNs: number;
  /** Bytes received on the container's network. */
  readonly ioBytes: number;
  /** `cgroup`: read from the kernel before and after; `none`: the engine is remote and the figures are 0. */
  readonly statistics: 'cgroup' | 'stats' | 'none';
  readonly resources: ResourceUsage;
}

/** What an execution took of the machine, bytes; a member is missing where it cannot be measured. */
export interface ResourceUsage {
  /** The most memory in use at a time, page cache included, over what its worker's group held before. */
  readonly memoryPeakBytes?: number | undefined;
  /** On the network, loopback left out. */
  readonly receivedBytes?: number | undefined;
  readonly sentBytes?: number | undefined;
  /** From block devices: what the page cache holds already is not read again. */
  readonly blockReadBytes?: number | undefined;
  readonly blockWrittenBytes?: number | undefined;
}

/** A container that has been started. Its removal is the caller's, after the outcome is on record. */
export interface RunningContainer {
  readonly id: string;
  readonly startedAt: Date;
  /**
   * Settles after the process has ended and all output has been handed to the sink.
   * @throws EngineUnavailable when the engine is gone: whether the container runs is unknown.
   */
  readonly outcome: Promise<ContainerOutcome>;
  /** SIGTERM, then SIGKILL after `graceMs` (default 10,000). Resolves when the order was taken. Idempotent. */
  stop(graceMs?: number): Promise<void>;
  /** Removes container, results socket and binary file. Idempotent, bounded, never throws. */
  remove(): Promise<void>;
}

/** A container of ours found on the engine, whatever process started it. */
export interface FoundContainer {
  readonly id: string;
  readonly labels: ContainerLabels;
  /** `created`, `running`, `paused`, `restarting`, `removing`, `exited` or `dead`. */
  readonly state: string;
}

/**
 * Runs actors' containers. All methods throw `EngineUnavailable` when the engine does not answer, and nothing hangs: every
 * call is bounded in time.
 */
export interface ExecutionEngine {
  /** Checks that the engine answers. */
  info(): Promise<EngineInfo>;

  /** An image by name (without tag or digest, `latest`) or by id; undefined when the engine has none. */
  findImage(image: string): Promise<EngineImage | undefined>;

  /**
   * Fetches an image, or what is missing of it, from its registry. Calls at the same time with the same credentials share one pull.
   * @param credentials absent: as anybody
   * @throws ImageNotFound, ImagePullFailed
   */
  pullImage(image: string, credentials?: RegistryCredentials): Promise<PulledImage>;

  /**
   * Takes away `names` from an image, and the image itself when it has no other names.
   * @returns `removed`: the engine has the image no more; `named`: it has other names; `used`: a container exists of it
   */
  removeImage(id: string, names: readonly string[]): Promise<'removed' | 'named' | 'used'>;

  openSandbox(spec: SandboxSpec): Promise<Sandbox>;

  /**
   * Creates, attaches and starts a container in a sandbox.
   * @throws ContainerNotStarted when the container cannot be created or started; nothing is left behind.
   */
  start(spec: ContainerSpec, sandbox: Sandbox, sink: OutputSink): Promise<RunningContainer>;

  /** Every container (sandboxes too) that carries this `instance` label. */
  find(instance: string): Promise<FoundContainer[]>;

  /** Takes over a container that another process started: its whole output so far is replayed into `sink`. */
  adopt(container: FoundContainer, sink: OutputSink): Promise<RunningContainer>;

  /** Removes a container by force. No error when it is gone. */
  remove(containerId: string): Promise<void>;

  /**
   * Removes results sockets and binary messages of containers that are not there: a killed process leaves them. Those of a start
   * under way stay. Absent where executions have no files.
   * @returns the paths of the files
   */
  removeStrayFiles?(): Promise<readonly string[]>;

  /** Ends connections, sockets and polls. Containers keep running. */
  close(): Promise<void>;
}
