import type { ContainerCreateOptions, HostConfig } from 'dockerode';
import { DOCKER_SOCKET, RESULTS_SOCKET } from '../container-paths.js';
import type { ContainerSpec, SandboxSpec } from '../execution-engine.js';
import type { ExecutionFiles } from '../ipc/execution-files.js';
import { renderEnvironment } from './environment.js';
import type { Counters } from '../accounting/counters.js';
import { toDockerLabels } from './labels.js';

/** What is the same for all containers of an engine. */
export interface ContainerDefaults {
  /** Bytes that the engine keeps of a container's output: recovery after a crash of ours replays them. */
  readonly logMaxBytes: number;
  /** Processes and threads of one container: a fork bomb ends there, no honest actor does. */
  readonly pidsLimit: number;
  /** A seccomp profile as JSON; absent = the engine's default. */
  readonly seccompProfile?: string;
  /** Linux capabilities without `CAP_`; all others are dropped. Absent = the engine's default. */
  readonly capabilities?: readonly string[];
  readonly noNewPrivileges: boolean;
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
  files: Pick<ExecutionFiles, 'results' | 'inputs'>,
  baseline: Counters,
  defaults: ContainerDefaults,
): ContainerCreateOptions {
  const mounts = [
    ...(files.results ? [readOnlyFile(files.results.path, RESULTS_SOCKET)] : []),
    ...files.inputs.map(({ hostPath, containerPath }) => readOnlyFile(hostPath, containerPath)),
  ];
  const binds = (spec.mounts ?? []).map(({ hostPath, containerPath, mode }) => `${hostPath}:${containerPath}:${mode}`);
  if (spec.privileged) binds.push(`${DOCKER_SOCKET}:${DOCKER_SOCKET}:rw`);
  return {
    Image: spec.resolved?.id ?? spec.image,
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
      ...(spec.init === true ? { Init: true } : {}),
      ...(spec.privileged === true ? { Privileged: true } : security(defaults)),
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
      ...security({ capabilities: [], noNewPrivileges: true }),
    },
  };
}

function placementConfig({ network, networkContainer, cgroupParent }: Placement): HostConfig {
  return {
    NetworkMode: networkContainer === undefined ? network : `container:${networkContainer}`,
    ...(cgroupParent === undefined ? {} : { CgroupParent: cgroupParent }),
  };
}

function security({
  seccompProfile,
  capabilities,
  noNewPrivileges,
}: Pick<ContainerDefaults, 'seccompProfile' | 'capabilities' | 'noNewPrivileges'>): HostConfig {
  return {
    ...(capabilities && { CapDrop: ['ALL'], CapAdd: [...capabilities] }),
    SecurityOpt: [
      ...(noNewPrivileges ? ['no-new-privileges'] : []),
      ...(seccompProfile === undefined ? [] : [`seccomp=${seccompProfile}`]),
    ],
  };
}

/** As a mount, not a bind: a bind whose source is missing becomes a directory. */
function readOnlyFile(
  source: string,
  target: string,
): { Type: 'bind'; Source: string; Target: string; ReadOnly: true } {
  return { Type: 'bind', Source: source, Target: target, ReadOnly: true };
}
