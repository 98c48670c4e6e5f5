import fc from 'fast-check';
import { Secrets } from '@abaco/secrets';
import type { ConfigDbid, ConfigRecord, Store } from '@abaco/store';
import { NOTHING_ROTATED, rotate, type RotationProgress } from './rotate.js';
import { sealedConfigs } from './sealed-values.js';
import { placeOf } from '../configs/secret-value.js';

const [K1, K2] = [1, 2].map((byte) => `k${byte}=${Buffer.alloc(32, byte).toString('base64')}`) as [string, string];
const before = Secrets.open({ keys: [K1], fernetKey: '' });
const after = Secrets.open({ keys: [K2, K1], fernetKey: '' });
const onlyNew = Secrets.open({ keys: [K2], fernetKey: '' });

/** Keeps configs in memory. `onReseal` runs in the middle of a rotation, as another server would. */
class FakeConfigs {
  readonly values = new Map<string, string>();
  onReseal: (config: string) => void = () => undefined;

  constructor(count: number) {
    for (let index = 0; index < count; index++) {
      const id = `DEV_${String(index).padStart(4, '0')}`;
      this.values.set(id, before.seal(`secret ${index}`, placeOf(id as ConfigDbid)));
    }
  }

  get store(): Pick<Store, 'configs'> {
    const configs = {
      secretsAfter: (last: string | null, limit: number) =>
        Promise.resolve(
          [...this.values]
            .filter(([id]) => last === null || id > last)
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .slice(0, limit)
            .map(([_id, value]) => ({ _id, value }) as ConfigRecord),
        ),
      reseal: (id: string, from: string, to: string) => {
        this.onReseal(id);
        if (this.values.get(id) !== from) return Promise.resolve(false);
        this.values.set(id, to);
        return Promise.resolve(true);
      },
    };
    return { configs } as unknown as Pick<Store, 'configs'>;
  }

  open(id: string, secrets: Secrets): string {
    return secrets.open(this.values.get(id) ?? '', placeOf(id as ConfigDbid));
  }
}

const rotateAll = (configs: FakeConfigs, onPage?: (progress: RotationProgress) => void): Promise<RotationProgress> =>
  rotate(after, sealedConfigs(configs.store), NOTHING_ROTATED, onPage);

describe('the rotation of keys', () => {
  it('encrypts everything with the first key, page by page, and says how far it is', async () => {
    const configs = new FakeConfigs(250);
    const pages: RotationProgress[] = [];
    expect(await rotateAll(configs, (progress) => pages.push(progress))).toEqual({
      seen: 250,
      rotated: 250,
      failed: [],
    });
    expect(pages.map(({ seen }) => seen)).toEqual([100, 200, 250]);
    for (const id of configs.values.keys()) expect(configs.open(id, onlyNew)).toBe(`secret ${Number(id.slice(4))}`);
    expect(await rotateAll(configs)).toEqual({ seen: 250, rotated: 0, failed: [] });
  });

  it('goes on with what is left when it was broken off anywhere', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 210 }), fc.integer({ min: 0, max: 210 }), async (count, until) => {
        const configs = new FakeConfigs(count);
        let resealed = 0;
        configs.onReseal = () => {
          if (resealed++ === until) throw new Error('killed');
        };
        await rotateAll(configs).catch(() => undefined);
        configs.onReseal = () => undefined;
        const { rotated } = await rotateAll(configs);
        expect(rotated).toBe(Math.max(0, count - until));
        for (const id of configs.values.keys()) expect(configs.open(id, onlyNew)).toBe(`secret ${Number(id.slice(4))}`);
      }),
      { numRuns: 30 },
    );
  });

  it('leaves what somebody writes meanwhile', async () => {
    const configs = new FakeConfigs(3);
    configs.onReseal = (id) => {
      if (id === 'DEV_0001') configs.values.set(id, onlyNew.seal('written meanwhile', placeOf(id as ConfigDbid)));
    };
    expect(await rotateAll(configs)).toEqual({ seen: 3, rotated: 2, failed: [] });
    expect(configs.open('DEV_0001', onlyNew)).toBe('written meanwhile');
  });

  it('names what nobody can read, leaves it, and does the rest', async () => {
    const configs = new FakeConfigs(3);
    const moved = configs.values.get('DEV_0000') ?? '';
    configs.values.set('DEV_0001', moved);
    const reason = 'it was changed, or encrypted with another key or for another place';
    expect(await rotateAll(configs)).toEqual({
      seen: 3,
      rotated: 2,
      failed: [{ place: 'config DEV_0001', reason }],
    });
    expect(configs.values.get('DEV_0001')).toBe(moved);
  });
});
