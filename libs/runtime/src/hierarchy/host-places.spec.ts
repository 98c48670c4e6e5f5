import { loadConfig } from '@abaco/config';
import { hostPlaces } from './host-places.js';

describe('the places of a host', () => {
  it.each([
    [{}, { total: 20, headroom: 2 }],
    [{ max_workers_per_host: 9 }, { total: 9, headroom: 0 }],
    [{ max_workers_per_host: 35 }, { total: 35, headroom: 3 }],
    [{ headroom: 0 }, { total: 20, headroom: 0 }],
    [
      { max_workers_per_host: 4, headroom: 1 },
      { total: 4, headroom: 1 },
    ],
    [
      { max_workers_per_host: 4, headroom: 9 },
      { total: 4, headroom: 3 },
    ],
  ])('with %j are %j: one in ten is headroom unless it is said, and never all', (spawner, places) => {
    expect(hostPlaces(loadConfig({ env: {}, overrides: { spawner } }))).toEqual(places);
  });
});
