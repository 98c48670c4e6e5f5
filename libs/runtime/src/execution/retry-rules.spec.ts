import fc from 'fast-check';
import { failureKinds, type RetryPolicy } from '@abaco/store';
import { backoffMs, failureOf, MAX_BACKOFF_SECONDS, retryPolicyOf, verdictOn } from './retry-rules.js';

const policy = (fields: Partial<RetryPolicy> = {}): RetryPolicy => ({
  max_attempts: 3,
  backoff_seconds: 1,
  backoff_factor: 2,
  max_backoff_seconds: 5,
  retry_on: ['exit'],
  ...fields,
});

const policies = fc.record({
  max_attempts: fc.integer({ min: 1, max: 1000 }),
  backoff_seconds: fc.double({ min: 0, max: MAX_BACKOFF_SECONDS, noNaN: true }),
  backoff_factor: fc.double({ min: 1, max: 100, noNaN: true }),
  max_backoff_seconds: fc.double({ min: 0, max: MAX_BACKOFF_SECONDS, noNaN: true }),
  retry_on: fc.subarray([...failureKinds]),
});

describe('retry rules', () => {
  it.each([
    ['an exit code of 0', { exit_code: 0, final_state: { OOMKilled: false } }, false, undefined],
    ['an unknown exit code', { exit_code: null, final_state: null }, false, undefined],
    ['another exit code', { exit_code: 1, final_state: {} }, false, 'exit'],
    ['the memory limit', { exit_code: 137, final_state: { OOMKilled: true } }, false, 'oom'],
    ['the time limit', { exit_code: 0, final_state: {} }, true, 'timeout'],
  ] as const)('see in %s what it is', (_what, outcome, timedOut, failure) => {
    expect(failureOf(outcome, { timedOut })).toBe(failure);
  });

  it('repeat nothing but failures of the infrastructure unless the actor says more', () => {
    const standard = retryPolicyOf({ retry_policy: null }, { workers: { max_attempts: 5 } });
    expect(standard).toMatchObject({ max_attempts: 5, retry_on: ['infrastructure'] });
    for (const failure of failureKinds) {
      expect(verdictOn(standard, 1, failure).kind).toBe(failure === 'infrastructure' ? 'retry' : 'final');
    }
    expect(retryPolicyOf({ retry_policy: policy() }, { workers: { max_attempts: 5 } })).toEqual(policy());
  });

  it('pause longer from failure to failure, and give up after the last attempt', () => {
    const verdicts = [1, 2, 3].map((attempt) => verdictOn(policy(), attempt, 'exit'));
    expect(verdicts).toEqual([
      { kind: 'retry', delayMs: 1_000 },
      { kind: 'retry', delayMs: 2_000 },
      { kind: 'dead-letter' },
    ]);
    expect(backoffMs(policy({ max_attempts: 9 }), 8)).toBe(5_000);
    expect(verdictOn(policy(), 1, 'oom')).toEqual({ kind: 'final' });
    expect(verdictOn(policy(), 1, undefined)).toEqual({ kind: 'final' });
  });

  it('have pauses that never shrink and stay within their bounds', () => {
    fc.assert(
      fc.property(policies, fc.integer({ min: 1, max: 999 }), (any, attempt) => {
        const [pause, next] = [backoffMs(any, attempt), backoffMs(any, attempt + 1)];
        expect(pause).toBeGreaterThanOrEqual(0);
        expect(next).toBeGreaterThanOrEqual(pause);
        expect(next).toBeLessThanOrEqual(Math.round(any.max_backoff_seconds * 1000));
        expect(Number.isInteger(next)).toBe(true);
      }),
    );
  });

  it('end every execution after at most so many attempts', () => {
    fc.assert(
      fc.property(policies, fc.constantFrom(...failureKinds), (any, failure) => {
        let attempt = 1;
        while (verdictOn(any, attempt, failure).kind === 'retry') attempt++;
        expect(attempt).toBe(any.retry_on.includes(failure) ? any.max_attempts : 1);
      }),
    );
  });
});
