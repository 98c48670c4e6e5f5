import type { TenantId } from '@abaco/contract';
import { WaitingCounts } from './waiting-counts.js';

const A = 'A' as TenantId;
const B = 'B' as TenantId;

describe('the counts of waiting messages', () => {
  let now = 0;
  let stored: Record<string, number>;
  let queries: number;
  let counts: WaitingCounts;
  beforeEach(() => {
    [now, stored, queries] = [0, { A: 3, B: 0 }, 0];
    counts = new WaitingCounts(
      (tenant) => {
        queries++;
        return Promise.resolve(stored[tenant] ?? 0);
      },
      () => now,
    );
  });
  const takeMany = async (tenant: TenantId, times: number, quota: number): Promise<number> =>
    (await Promise.all(Array.from({ length: times }, () => counts.take(tenant, quota)))).filter(Boolean).length;

  it('gives exactly the free places to those that ask at once, with one query', async () => {
    expect(await takeMany(A, 100, 10)).toBe(7);
    expect(queries).toBe(1);
    expect(await takeMany(B, 4, 10)).toBe(4);
  });

  it('sees after a second which places have become free', async () => {
    expect(await takeMany(A, 8, 10)).toBe(7);
    stored = { A: 8 };
    expect(await takeMany(A, 3, 10)).toBe(0);
    now = 1_000;
    expect(await takeMany(A, 3, 10)).toBe(2);
  });

  it('asks again when the store did not answer', async () => {
    let works = false;
    const failing = new WaitingCounts(() => (works ? Promise.resolve(0) : Promise.reject(new Error('down'))));
    await expect(failing.take(A, 1)).rejects.toThrow('down');
    works = true;
    await expect(failing.take(A, 1)).resolves.toBe(true);
  });
});
