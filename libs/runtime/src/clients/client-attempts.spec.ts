import { loadConfig } from '@abaco/config';
import { withAttempts } from './client-attempts.js';
import { ClientFailed } from './errors.js';

describe('withAttempts', () => {
  const { oauth } = loadConfig({ env: {}, overrides: { oauth: { attempts: 3, retry_seconds: 0 } } });
  const never = new AbortController().signal;
  const failing = (error: Error, times: number) => {
    let calls = 0;
    const work = (): Promise<number> => (++calls > times ? Promise.resolve(calls) : Promise.reject(error));
    return { work, calls: () => calls };
  };
  const passing = ClientFailed.canRetry('w', 'it answers 503');

  it('goes on until it succeeds', async () => {
    expect(await withAttempts(oauth, never, failing(passing, 2).work)).toBe(3);
  });

  it('ends with the last error', async () => {
    const { work, calls } = failing(passing, 9);
    await expect(withAttempts(oauth, never, work)).rejects.toBe(passing);
    expect(calls()).toBe(3);
  });

  it.each([ClientFailed.doNotRetry('w', 'it answers 401'), ClientFailed.invalid('Invalid client passed: X')])(
    'gives up at once: %s',
    async (error) => {
      const { work, calls } = failing(error, 9);
      await expect(withAttempts(oauth, never, work)).rejects.toBe(error);
      expect(calls()).toBe(1);
    },
  );

  it('ends its pause when it is aborted', async () => {
    const stop = new AbortController();
    const { work, calls } = failing(passing, 9);
    const end = withAttempts({ ...oauth, retry_seconds: 600 }, stop.signal, work);
    stop.abort();
    await expect(end).rejects.toBe(passing);
    expect(calls()).toBeLessThanOrEqual(2);
  });
});
