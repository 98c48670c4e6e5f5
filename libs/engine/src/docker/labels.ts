import type { ContainerLabels } from '../execution-engine.js';

export const INSTANCE_LABEL = 'abaco.instance';
/** Readings of the sandbox's counters just before the container was created: an adopting process subtracts them. */
const CPU_BEFORE = 'abaco.cpu-before';
const RECEIVED_BEFORE = 'abaco.received-before';

export interface Baseline {
  /** Nanoseconds. */
  readonly cpuNs?: number;
  readonly receivedBytes?: number;
}

export function toDockerLabels(labels: ContainerLabels, baseline: Baseline = {}): Record<string, string> {
  return {
    [INSTANCE_LABEL]: labels.instance,
    'abaco.tenant': labels.tenant,
    'abaco.actor': labels.actor,
    'abaco.worker': labels.worker,
    ...(labels.execution === undefined ? {} : { 'abaco.execution': labels.execution }),
    ...(labels.attempt === undefined ? {} : { 'abaco.attempt': String(labels.attempt) }),
    ...(baseline.cpuNs === undefined ? {} : { [CPU_BEFORE]: String(baseline.cpuNs) }),
    ...(baseline.receivedBytes === undefined ? {} : { [RECEIVED_BEFORE]: String(baseline.receivedBytes) }),
  };
}

export function fromDockerLabels(labels: Readonly<Record<string, string>>): ContainerLabels {
  const execution = labels['abaco.execution'];
  const attempt = labels['abaco.attempt'];
  return {
    instance: labels[INSTANCE_LABEL] ?? '',
    tenant: labels['abaco.tenant'] ?? '',
    actor: labels['abaco.actor'] ?? '',
    worker: labels['abaco.worker'] ?? '',
    ...(execution === undefined ? {} : { execution }),
    ...(attempt === undefined ? {} : { attempt: Number(attempt) }),
  };
}

export function baselineOf(labels: Readonly<Record<string, string>>): Baseline {
  const cpuNs = labels[CPU_BEFORE];
  const receivedBytes = labels[RECEIVED_BEFORE];
  return {
    ...(cpuNs === undefined ? {} : { cpuNs: Number(cpuNs) }),
    ...(receivedBytes === undefined ? {} : { receivedBytes: Number(receivedBytes) }),
  };
}

/** The last part of an internal id, as a file or container name: `DEV_NolBaJ5y6714M_4kLvQ5ZzGDbRk` gives `4kLvQ5ZzGDbRk`. */
export function publicIdOf(internalId: string): string {
  return fileNameOf(internalId.slice(internalId.lastIndexOf('_') + 1));
}

/** Ids are letters and digits; whatever else comes must not become a path. */
export function fileNameOf(id: string): string {
  return id.replace(/[^A-Za-z0-9-]/g, '-') || '-';
}
