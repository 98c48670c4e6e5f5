import type { AbacoConfig } from '@abaco/config';
import type { ActorRecord } from '@abaco/store';

/** Whether this process runs workers at all. */
export const isComputeHost = ({ general }: Pick<AbacoConfig, 'general'>): boolean => general.roles.includes('compute');

/** Whether this process may run workers of the actor: the actor's queue is one of its own. */
export const servesQueueOf = (
  config: Pick<AbacoConfig, 'general' | 'spawner'>,
  { queue }: Pick<ActorRecord, 'queue'>,
): boolean => isComputeHost(config) && config.spawner.host_queues.includes(queue);
