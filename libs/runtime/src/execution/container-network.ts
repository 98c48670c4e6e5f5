import { type AbacoConfig, type NetworkMode, tenantConfig } from '@abaco/config';
import type { ActorRecord } from '@abaco/store';

/** From the narrowest to the widest. */
const MODES: readonly NetworkMode[] = ['none', 'bridge', 'host'];

/** Whether `mode` gives no more than `most`. */
export const isWithin = (mode: NetworkMode, most: NetworkMode): boolean => MODES.indexOf(mode) <= MODES.indexOf(most);

/** Network of an actor's containers: what the actor says, within what its tenant may. */
export function containerNetwork(
  config: AbacoConfig,
  { tenant, network: own }: Pick<ActorRecord, 'tenant' | 'network'>,
): NetworkMode {
  const { network: most } = tenantConfig(config, tenant);
  return own !== null && isWithin(own, most) ? own : most;
}
