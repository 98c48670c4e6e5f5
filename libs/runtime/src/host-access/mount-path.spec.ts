import { posix } from 'node:path';
import fc from 'fast-check';
import { mountPath, type TokenValues } from './mount-path.js';

const values: TokenValues = { username: 'jdoe', tenant_id: 'SD2E', tasdir: '05117/jdoe' };

/** What somebody would call themselves to get out. */
const nasty = fc.oneof(
  fc.constantFrom('.', '..', '', '/', '../x', 'a/..', '{tasdir}', '{username}', 'a:b', '\0', '$&', "$'", '...', ' '),
  fc.string({ unit: fc.constantFrom('.', '/', 'a', '{', '}', ':', '$', '&', '\0'), maxLength: 12, size: 'max' }),
  fc.string({ maxLength: 20 }),
);

describe('mountPath', () => {
  it('fills in tokens', () => {
    expect(mountPath('/data/{tenant_id}/{username}', values)).toBe('/data/SD2E/jdoe');
    expect(mountPath('/work//{tasdir}/', values)).toBe('/work/05117/jdoe');
    expect(mountPath('{tasdir}', { ...values, tasdir: '/home/jdoe' })).toBe('/home/jdoe');
    expect(mountPath('/a-{username}-{username}', values)).toBe('/a-jdoe-jdoe');
  });

  it('has none without a value', () => {
    expect(mountPath('/work/{tasdir}', { ...values, tasdir: null })).toBeUndefined();
    expect(mountPath('/work', { ...values, tasdir: null })).toBe('/work');
    expect(mountPath('{tasdir}', values)).toBeUndefined();
    expect(mountPath('/work/{tasdir}', { ...values, tasdir: '//' })).toBeUndefined();
  });

  it('lets no name of a user or tenant leave its part of the path', () => {
    fc.assert(
      fc.property(nasty, fc.constantFrom('', '.', 'x'), fc.constantFrom('', '.', 'x'), (name, before, after) => {
        for (const token of ['username', 'tenant_id'] as const) {
          const path = mountPath(`/data/${before}{${token}}${after}/end`, { ...values, [token]: name });
          if (path === undefined) continue;
          expect(path).toBe(`/data/${before}${name}${after}/end`);
          expect(posix.normalize(path)).toBe(path);
          expect(path.split('/')).toHaveLength(4);
          expect(path).not.toMatch(/[:\0]/);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('lets no home directory leave the directory that it is mounted from', () => {
    fc.assert(
      fc.property(nasty, (tasdir) => {
        const path = mountPath('/work/{tasdir}', { ...values, tasdir });
        if (path === undefined) return;
        expect(posix.normalize(path)).toBe(path);
        expect(path.startsWith('/work/')).toBe(true);
        expect(path.length).toBeGreaterThan('/work/'.length);
      }),
      { numRuns: 500 },
    );
  });

  it('takes every ordinary name', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9_@-][A-Za-z0-9._@-]{0,20}$/), (username) => {
        expect(mountPath('/data/{username}', { ...values, username })).toBe(`/data/${username}`);
      }),
    );
  });
});
