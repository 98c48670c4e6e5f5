import type { Readable } from 'node:stream';
import type { ContainerSpec, EngineImage } from '@abaco/engine';
import type { ActorRecord, ExecutionRecord } from '@abaco/store';
import type { WorkerProps } from '../hierarchy/worker-actor.js';
import type { RuntimeServices } from '../runtime-services.js';
import { tenantConfig } from '@abaco/config';
import { containerInput, type MessageText } from './container-environment.js';
import { memoryBytes } from './memory-limit.js';

/**
 * The container of one attempt (contract 4.1). Limits, mounts and environment are those of the actor as it is now, the image
 * is that of the worker.
 * @param resolved what the worker's image stood for at its start
 * @param configs what the actor's configs hold, plain
 * @param binary body of a binary message
 * @param token access token of the actor's owner; empty: none
 * @throws InvalidLimit, ConfigsUnusable, EnvironmentTooLarge
 */
export function containerSpec(
  { config, instance }: RuntimeServices,
  worker: WorkerProps,
  resolved: EngineImage,
  actor: ActorRecord,
  claimed: ExecutionRecord,
  message: MessageText | undefined,
  configs: ReadonlyMap<string, string>,
  binary: Readable | undefined,
  token: string,
): ContainerSpec {
  const { message_format, max_output_rate: outputRate } = tenantConfig(config, actor.tenant);
  const format = actor.message_format ?? message_format;
  const input = containerInput(actor, claimed, { worker: worker.worker, message, configs, format, token });
  const binaryData = input.message ?? binary;
  const memory = memoryBytes(actor.mem_limit ?? config.workers.mem_limit);
  const cpus = actor.max_cpus ?? config.workers.max_cpus;
  return {
    image: worker.actor.image,
    resolved,
    labels: {
      instance,
      tenant: actor.tenant,
      actor: actor._id,
      worker: worker.worker,
      execution: claimed._id,
      attempt: claimed.attempt,
    },
    environment: input.environment,
    privileged: actor.privileged,
    init: actor.use_init ?? config.workers.init,
    mounts: actor.mounts.map((mount) => ({
      hostPath: mount.host_path,
      containerPath: mount.container_path,
      mode: mount.mode,
    })),
    ...(binaryData ? { binaryData } : {}),
    ...(input.state ? { actorState: input.state } : {}),
    ...(memory === undefined ? {} : { memoryBytes: memory }),
    ...(outputRate > 0 ? { outputBytesPerSecond: outputRate } : {}),
    ...(cpus > 0 ? { nanoCpus: cpus } : {}),
    ...(actor.uid && !actor.use_container_uid ? { user: actor.gid ? `${actor.uid}:${actor.gid}` : actor.uid } : {}),
  };
}
