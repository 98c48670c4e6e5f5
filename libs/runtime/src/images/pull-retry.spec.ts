import { ImageNotFound, ImagePullFailed } from '@abaco/engine';
import { pullDelay, withRetries } from './pull-retry.js';

const network = new ImagePullFailed('a', 'network', 'EOF');

describe('the time between attempts to fetch an image', () => {
  it('doubles up to a minute, less up to a half at random', () => {
    expect([1, 2, 3, 7, 100].map((failures) => pullDelay(failures, 1_000, 0))).toEqual([
      1_000, 2_000, 4_000, 60_000, 60_000,
    ]);
    expect(pullDelay(3, 1_000, 1)).toBe(2_000);
    expect(pullDelay(5, 0)).toBe(0);
  });
});

describe('attempts to fetch an image', () => {
  const attempt = async (
    outcomes: (Error | string)[],
    { attempts = 3, signal = new AbortController().signal, delayMs = 0 } = {},
  ) => {
    const told: number[] = [];
    let made = 0;
    const result = await withRetries(
      () => {
        const outcome = outcomes[made++] ?? network;
        return outcome instanceof Error ? Promise.reject(outcome) : Promise.resolve(outcome);
      },
      { attempts, firstDelayMs: delayMs, signal, onRetry: (_, failures) => told.push(failures) },
    ).catch((error: unknown) => error);
    return { result, made, told };
  };

  it('go on while the failure may pass', async () => {
    const limit = new ImagePullFailed('a', 'rate-limit', '429');
    expect(await attempt([network, limit, 'image'])).toEqual({ result: 'image', made: 3, told: [1, 2] });
  });

  it('end after as many as are allowed, with the last failure', async () => {
    expect(await attempt([])).toEqual({ result: network, made: 3, told: [1, 2] });
    expect(await attempt([], { attempts: 1 })).toEqual({ result: network, made: 1, told: [] });
  });

  it.each([
    new ImageNotFound('a'),
    ...(['denied', 'disk-full', 'platform', 'other'] as const).map((failure) => new ImagePullFailed('a', failure, 'x')),
  ])('end at once where waiting does not help: $message', async (error) => {
    expect(await attempt([error])).toEqual({ result: error, made: 1, told: [] });
  });

  it('end in the middle of a wait when they are not wanted any more', async () => {
    const abort = new AbortController();
    const attempting = attempt([], { signal: abort.signal, delayMs: 60_000 });
    setImmediate(() => abort.abort());
    const { result, made } = await attempting;
    expect([(result as Error).name, made]).toEqual(['AbortError', 1]);
  });
});
