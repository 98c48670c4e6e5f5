import { jest } from '@jest/globals';
import { loadConfig } from '@abaco/config';
import { TooManyRequests } from './errors.js';
import { RequestRate } from './request-rate.js';

const rateOf = (quotas: object): RequestRate => new RequestRate(loadConfig({ env: {}, overrides: { quotas } }));

describe('the rate of requests', () => {
  beforeEach(() => jest.useFakeTimers({ now: 0 }));
  afterEach(() => jest.useRealTimers());

  it('has no limit unless one is configured', async () => {
    const rate = rateOf({});
    for (let sent = 0; sent < 1_000; sent++) await rate.admit('DEV');
  });

  it('refuses a sender beyond it alone, and lets it wait for the refusal', async () => {
    const rate = rateOf({ requests_per_second: 1, request_burst: 2 });
    await rate.admit('DEV');
    await rate.admit('DEV');
    let refusal: unknown;
    const refused = rate.admit('DEV').catch((error: unknown) => (refusal = error));
    await jest.advanceTimersByTimeAsync(200);
    expect(refusal).toBeUndefined();
    await rate.admit('OTHER');
    await jest.advanceTimersByTimeAsync(100);
    await refused;
    expect(refusal).toBeInstanceOf(TooManyRequests);
  });

  it('answers at once when many wait already, so that waiting costs no memory', async () => {
    const rate = rateOf({ requests_per_second: 1, request_burst: 1 });
    await rate.admit('DEV');
    let refused = 0;
    const all = Array.from({ length: 1_500 }, () => rate.admit('DEV').catch(() => refused++));
    await jest.advanceTimersByTimeAsync(0);
    expect(refused).toBe(500);
    await jest.advanceTimersByTimeAsync(300);
    await Promise.all(all);
    expect(refused).toBe(1_500);
  });
});
