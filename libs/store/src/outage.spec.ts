import { EventEmitter } from 'node:events';
import { jest } from '@jest/globals';
import { Outage } from './outage.js';

describe('Outage', () => {
  let client: EventEmitter;
  let outage: Outage;
  let now: number;

  beforeEach(() => {
    now = 1_000;
    jest.spyOn(performance, 'now').mockImplementation(() => now);
    client = new EventEmitter();
    outage = new Outage(client as never, 500);
  });
  afterEach(() => jest.restoreAllMocks());

  const servers = (...types: string[]): void => {
    const newDescription = { servers: new Map(types.map((type, at) => [`host-${at}`, { type }])) };
    client.emit('topologyDescriptionChanged', { newDescription });
  };
  const lastsAfter = (ms: number): boolean => {
    now += ms;
    return outage.lasts;
  };

  it('begins when no server has been there for long enough, whatever is heard of them meanwhile', () => {
    expect(lastsAfter(10_000)).toBe(false);
    servers('Unknown', 'Unknown');
    expect(lastsAfter(300)).toBe(false);
    servers('Unknown', 'PossiblePrimary');
    expect(lastsAfter(199)).toBe(false);
    expect(lastsAfter(1)).toBe(true);
  });

  const usable = ['Standalone', 'RSPrimary', 'RSSecondary', 'Mongos', 'LoadBalancer'];
  it.each(usable)('ends, or does not begin, with a %s', (type) => {
    servers('Unknown');
    expect(lastsAfter(500)).toBe(true);
    servers('Unknown', type);
    expect(lastsAfter(10_000)).toBe(false);
    servers('Unknown');
    expect(lastsAfter(499)).toBe(false);
  });
});
