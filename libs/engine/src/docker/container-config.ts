import type { ContainerCreateOptions, HostConfig } from 'dockerode';
import type { ContainerSpec, SandboxSpec } from '../execution-engine.js';
import type { ExecutionFiles } from '../ipc/execution-files.js';
import { renderEnvironment } from './environment.js';
import { toDockerLabels, type Baseline } from './labels.js';

export const RESULTS_SOCKET = '/_abaco_results.sock';
export const BINARY_DATA = '/_abaco_binary_data';
const DOCKER_SOCKET = '/var/run/docker.sock';

/** What is the same for all containers of an engine. */
export interface ContainerDefaults {
  /** Bytes that the engine keeps of a container's output: recovery after a crash of ours replays them. */
  readonly logMaxBytes: number;
  /** Processes and threads of one container: a fork bomb ends there, no honest actor does. */
  readonly pidsLimit: number;
  /** A seccomp profile as JSON; absent = the engine's default. */
  readonly seccompProfile?: string;
}

/** Where a container is put. */
export interface Placement {
  readonly network: SandboxSpec['network'];
  /** The idle container whose network namespace is joined, with network `bridge`. */
  readonly networkContainer?: string;
  readonly cgroupParent?: string;
}

/** Body of the create request for an execution. @throws InvalidEnvironment */
export function executionConfig(
  spec: ContainerSpec,
  placement: Placement,
  files: Pick<ExecutionFiles, 'results' | 'binaryPath'>,
  baseline: Baseline,
  defaults: ContainerDefaults,
): ContainerCreateOptions {
  const mounts = [
    ...(files.results ? [readOnlyFile(files.results.path, RESULTS_SOCKET)] : []),
    ...(files.binaryPath === undefined ? [] : [readOnlyFile(files.binaryPath, BINARY_DATA)]),
  ];
  const binds = (spec.mounts ?? []).map(({ hostPath, containerPath, mode }) => `${hostPath}:${containerPath}:${mode}`);
  if (spec.privileged) binds.push(`${DOCKER_SOCKET}:${DOCKER_SOCKET}:rw`);
  return {
    Image: spec.image,
    Env: renderEnvironment(spec.environment),
    Labels: toDockerLabels(spec.labels, baseline),
    ...(spec.user === undefined ? {} : { User: spec.user }),
    AttachStdout: true,
    AttachStderr: true,
    // Besides network mode `none`: it spares the engine half the cost of a start.
    ...(placement.network === 'none' ? { NetworkDisabled: true } : {}),
    HostConfig: {
      ...placementConfig(placement),
      LogConfig: { Type: 'json-file', Config: { 'max-size': String(defaults.logMaxBytes) } },
      PidsLimit: defaults.pidsLimit,
      // Without a swap limit of its own a container may use twice its memory.
      ...(spec.memoryBytes === undefined ? {} : { Memory: spec.memoryBytes, MemorySwap: spec.memoryBytes }),
      ...(spec.nanoCpus === undefined ? {} : { NanoCpus: spec.nanoCpus }),
      ...security(spec.privileged === true, defaults.seccompProfile),
      Binds: binds,
      Mounts: mounts,
    },
  };
}

/** Body of the create request for the idle container of a sandbox. */
export function sandboxConfig(
  spec: SandboxSpec,
  image: string,
  cgroupParent: string | undefined,
): ContainerCreateOptions {
  return {
    Image: image,
    Labels: toDockerLabels(spec.labels),
    HostConfig: {
      ...(cgroupParent === undefined ? {} : { CgroupParent: cgroupParent }),
      NetworkMode: 'bridge',
      LogConfig: { Type: 'none', Config: {} },
      ReadonlyRootfs: true,
      CapDrop: ['ALL'],
      ...security(false),
    },
  };
}

function placementConfig({ network, networkContainer, cgroupParent }: Placement): HostConfig {
  return {
    NetworkMode: networkContainer === undefined ? network : `container:${networkContainer}`,
    ...(cgroupParent === undefined ? {} : { CgroupParent: cgroupParent }),
  };
}

function security(privileged: boolean, seccompProfile?: string): HostConfig {
  if (privileged) return { Privileged: true };
  return { SecurityOpt: ['no-new-privileges', ...(seccompProfile === undefined ? [] : [`seccomp=${seccompProfile}`])] };
}

/** As a mount, not a bind: a bind whose source is missing becomes a directory. */
function readOnlyFile(
  source: string,
  target: string,
): { Type: 'bind'; Source: string; Target: string; ReadOnly: true } {
  return { Type: 'bind', Source: source, Target: target, ReadOnly: true };
}
