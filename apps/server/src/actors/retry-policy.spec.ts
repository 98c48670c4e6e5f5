import fc from 'fast-check';
import { loadConfig } from '@abaco/config';
import { parseLosslessJson } from '@abaco/contract';
import { failureKinds } from '@abaco/store';
import { readRetryPolicy } from './retry-policy.js';

const config = loadConfig({ env: {}, overrides: { workers: { max_attempts: 7 } } });
const camel = loadConfig({ env: {}, overrides: { web: { case: 'camel' } } });
const read = (policy: unknown, by = config) => readRetryPolicy(parseLosslessJson(JSON.stringify(policy)), by);

describe('the retry policy of a description', () => {
  it('is none unless it is said', () => {
    expect(readRetryPolicy(undefined, config)).toBeNull();
    expect(read(null)).toBeNull();
  });

  it('has defaults for all but what is repeated', () => {
    expect(read({ retry_on: ['oom', 'exit', 'oom'] })).toEqual({
      max_attempts: 7,
      backoff_seconds: 1,
      backoff_factor: 2,
      max_backoff_seconds: 300,
      retry_on: ['exit', 'oom'],
    });
  });

  it('has its members in the letter case of the instance', () => {
    expect(read({ maxAttempts: 2, backoffSeconds: 0.5, retryOn: [] }, camel)).toMatchObject({
      max_attempts: 2,
      backoff_seconds: 0.5,
      retry_on: [],
    });
    expect(() => read({ max_attempts: 2, retryOn: [] }, camel)).toThrow(
      'Invalid actor description: retryPolicy has an unknown member "max_attempts"; known are maxAttempts, backoffSeconds, ' +
        'backoffFactor, maxBackoffSeconds, retryOn.',
    );
  });

  it.each([
    ['three', 'retry_policy must be a JSON object or null.'],
    [{}, `retry_policy.retry_on must be a list of failures that are repeated, out of: ${failureKinds.join(', ')}.`],
    [
      { retry_on: 'exit' },
      `retry_policy.retry_on must be a list of failures that are repeated, out of: ${failureKinds.join(', ')}.`,
    ],
    [
      { retry_on: ['halt'] },
      `retry_policy.retry_on must be a list of failures that are repeated, out of: ${failureKinds.join(', ')}.`,
    ],
    [{ retry_on: [], max_attempts: 0 }, 'retry_policy.max_attempts must be an integer from 1 to 1000.'],
    [{ retry_on: [], max_attempts: 1.5 }, 'retry_policy.max_attempts must be an integer from 1 to 1000.'],
    [{ retry_on: [], backoff_seconds: -1 }, 'retry_policy.backoff_seconds must be a number from 0 to 86400.'],
    [{ retry_on: [], backoff_seconds: '1' }, 'retry_policy.backoff_seconds must be a number from 0 to 86400.'],
    [{ retry_on: [], backoff_factor: 0.5 }, 'retry_policy.backoff_factor must be a number from 1 to 100.'],
    [{ retry_on: [], max_backoff_seconds: 1e9 }, 'retry_policy.max_backoff_seconds must be a number from 0 to 86400.'],
  ])('is refused as %j', (policy, text) => {
    expect(() => read(policy)).toThrow(`Invalid actor description: ${text}`);
  });

  it('is read or refused with a text, whatever is sent', () => {
    const members = fc.constantFrom('max_attempts', 'backoff_seconds', 'backoff_factor', 'retry_on', 'x');
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.dictionary(members, fc.jsonValue())), (value) => {
        try {
          const policy = read(value);
          if (policy === null) return;
          expect(policy.max_attempts).toBeGreaterThanOrEqual(1);
          expect(policy.backoff_factor).toBeGreaterThanOrEqual(1);
          expect(policy.retry_on.every((kind) => failureKinds.includes(kind))).toBe(true);
        } catch (error) {
          expect((error as Error).message).toMatch(/^Invalid actor description: retry_policy/);
        }
      }),
    );
  });
});
