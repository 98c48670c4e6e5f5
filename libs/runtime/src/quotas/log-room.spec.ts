import type { TenantId } from '@abaco/contract';
import { LogRoom } from './log-room.js';

const A = 'A' as TenantId;
const B = 'B' as TenantId;

describe('the room for logs', () => {
  it('is what the quota leaves of what is stored, by tenant, and never less than nothing', async () => {
    const room = new LogRoom((tenant) => Promise.resolve(tenant === A ? 70 : 0));
    await expect(room.left(A, 100)).resolves.toBe(30);
    await expect(room.left(A, 50)).resolves.toBe(0);
    await expect(room.left(B, 100)).resolves.toBe(100);
  });

  it('is summed up every five seconds, once for all that ask', async () => {
    let [now, sums, stored] = [0, 0, 10];
    const room = new LogRoom(
      () => {
        sums++;
        return Promise.resolve(stored);
      },
      () => now,
    );
    await Promise.all([room.left(A, 100), room.left(A, 100)]);
    stored = 90;
    now = 4_999;
    await expect(room.left(A, 100)).resolves.toBe(90);
    now = 5_000;
    await expect(room.left(A, 100)).resolves.toBe(10);
    expect(sums).toBe(2);
  });

  it('is asked for again when the store did not answer', async () => {
    let works = false;
    const room = new LogRoom(() => (works ? Promise.resolve(1) : Promise.reject(new Error('down'))));
    await expect(room.left(A, 5)).rejects.toThrow('down');
    works = true;
    await expect(room.left(A, 5)).resolves.toBe(4);
  });
});
