import type { Counters } from '../accounting/counters.js';
import type { ContainerLabels } from '../execution-engine.js';

export const INSTANCE_LABEL = 'abaco.instance';
/** Readings of the sandbox's counters just before the container was created, as JSON: an adopting process subtracts them. */
const COUNTERS_BEFORE = 'abaco.counters-before';

export function toDockerLabels(labels: ContainerLabels, before: Counters = {}): Record<string, string> {
  return {
    [INSTANCE_LABEL]: labels.instance,
    'abaco.tenant': labels.tenant,
    'abaco.actor': labels.actor,
    'abaco.worker': labels.worker,
    ...(labels.execution === undefined ? {} : { 'abaco.execution': labels.execution }),
    ...(labels.attempt === undefined ? {} : { 'abaco.attempt': String(labels.attempt) }),
    ...(Object.keys(before).length === 0 ? {} : { [COUNTERS_BEFORE]: JSON.stringify(before) }),
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

/** Nothing, when the label is missing or of another release. */
export function countersBefore(labels: Readonly<Record<string, string>>): Counters {
  try {
    const before: unknown = JSON.parse(labels[COUNTERS_BEFORE] ?? '{}');
    const numbers = Object.entries(before ?? {}).filter(([, value]) => typeof value === 'number');
    return Object.fromEntries(numbers);
  } catch {
    return {};
  }
}

/** The last part of an internal id, as a file or container name: `DEV_NolBaJ5y6714M_4kLvQ5ZzGDbRk` gives `4kLvQ5ZzGDbRk`. */
export function publicIdOf(internalId: string): string {
  return fileNameOf(internalId.slice(internalId.lastIndexOf('_') + 1));
}

/** Ids are letters and digits; whatever else comes must not become a path. */
export function fileNameOf(id: string): string {
  return id.replace(/[^A-Za-z0-9-]/g, '-') || '-';
}
