import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '@abaco/config';
import type { TenantId } from '@abaco/contract';
import { InvalidRegistryAccount } from './errors.js';
import { RegistryAccounts } from './registry-accounts.js';

const DEV = 'DEV' as TenantId;
const OTHER = 'OTHER' as TenantId;

describe('accounts of registries', () => {
  const accounts = (registries: string[], ofDev: string[] = []): RegistryAccounts =>
    new RegistryAccounts(
      loadConfig({ env: {}, overrides: { docker: { registries }, tenants: { DEV: { registries: ofDev } } } }),
    );
  const users = (of: RegistryAccounts, tenant: TenantId, image: string): (string | undefined)[] =>
    of.of(tenant, image).map((credentials) => credentials?.username);

  it('are those of the registry of the image', () => {
    const some = accounts(['ghcr.io=ann:p:1', 'docker.io=bob:p=2']);
    expect(some.of(DEV, 'ghcr.io/a/b:1')).toEqual([{ username: 'ann', password: 'p:1' }]);
    expect(some.of(DEV, 'busybox')).toEqual([{ username: 'bob', password: 'p=2' }]);
    expect(some.of(DEV, 'quay.io/a/b')).toEqual([undefined]);
  });

  it('are those of the tenant in place of those of the instance', () => {
    const some = accounts(['ghcr.io=instance:x', 'docker.io=hub:x'], ['ghcr.io=dev:x']);
    expect(users(some, DEV, 'ghcr.io/a')).toEqual(['dev']);
    expect(users(some, OTHER, 'ghcr.io/a')).toEqual(['instance']);
    expect(users(some, DEV, 'busybox')).toEqual(['hub']);
  });

  it('take turns, and all are tried', () => {
    const some = accounts(['h:5000=a:x', 'h:5000=b:x', 'H:5000=c:x']);
    const turns = [1, 2, 3].map(() => users(some, DEV, 'h:5000/i'));
    expect(turns).toEqual([
      ['a', 'b', 'c'],
      ['b', 'c', 'a'],
      ['c', 'a', 'b'],
    ]);
  });

  it('can be lines of a file', () => {
    const directory = mkdtempSync(join(tmpdir(), 'abaco-accounts-'));
    const file = join(directory, 'registries');
    try {
      writeFileSync(file, '# accounts\n\nghcr.io=ann:with, comma\nquay.io=:token\n');
      const some = accounts([file]);
      expect(some.of(DEV, 'ghcr.io/a')).toEqual([{ username: 'ann', password: 'with, comma' }]);
      expect(some.of(DEV, 'quay.io/a')).toEqual([{ username: '', password: 'token' }]);
      writeFileSync(file, 'ghcr.io=ann:ok\nghcr.io secret-1\n');
      expect(() => accounts([file])).toThrow(InvalidRegistryAccount);
      expect(() => accounts([file])).toThrow(`Line 2 of ${file}`);
      expect(() => accounts([file])).not.toThrow('secret-1');
    } finally {
      rmSync(directory, { recursive: true });
    }
    expect(() => accounts([file])).toThrow('cannot be read');
  });
});
