import type { AbacoConfig } from '@abaco/config';
import type { HostPlaces } from './host-room.js';

/** One of so many places is headroom when nothing is said. */
const PLACES_PER_HEADROOM = 10;

/** `spawner.max_workers_per_host` and `spawner.headroom` of this host. */
export function hostPlaces({ spawner }: Pick<AbacoConfig, 'spawner'>): HostPlaces {
  const { max_workers_per_host: total, headroom } = spawner;
  return { total, headroom: headroom < 0 ? Math.floor(total / PLACES_PER_HEADROOM) : Math.min(headroom, total - 1) };
}
