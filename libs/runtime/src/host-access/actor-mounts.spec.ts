import { type ConfigOverrides, loadConfig } from '@abaco/config';
import type { TenantId } from '@abaco/contract';
import { silentLogger } from '../logger.js';
import { actorMounts } from './actor-mounts.js';

const mountsOf = (
  overrides: ConfigOverrides,
  { tenant = 'SD2E', owner = 'jdoe', tasdir = null, privileged = false }: Record<string, unknown> = {},
) => {
  const warnings: object[] = [];
  const logger = { ...silentLogger, warn: (fields: object) => void warnings.push(fields) };
  const actor = { tenant, owner, tasdir, privileged } as Parameters<typeof actorMounts>[1] & { tenant: TenantId };
  const mounts = actorMounts(loadConfig({ env: {}, overrides }), actor, logger);
  return { mounts: mounts.map((mount) => `${mount.host_path}:${mount.container_path}:${mount.mode}`), warnings };
};
const workers = {
  global_mounts: ['/data/{username}:/data:ro', '/scratch:/scratch:rw'],
  privileged_mounts: ['/etc:/host-etc:ro'],
};

describe('the mounts of an actor', () => {
  it('are those of everybody, with those of privileged actors', () => {
    expect(mountsOf({ workers }).mounts).toEqual(['/data/jdoe:/data:ro', '/scratch:/scratch:rw']);
    expect(mountsOf({ workers }, { privileged: true }).mounts).toEqual([
      '/data/jdoe:/data:ro',
      '/scratch:/scratch:rw',
      '/etc:/host-etc:ro',
    ]);
  });

  it('are instead those of the tenant, whose name the option may have in small letters', () => {
    for (const name of ['SD2E', 'sd2e']) {
      const tenants = { [name]: { global_mounts: ['/{tenant_id}:/t:rw'] } };
      expect(mountsOf({ workers, tenants }).mounts).toEqual(['/SD2E:/t:rw']);
      expect(mountsOf({ workers, tenants }, { tenant: 'DEV' }).mounts).toHaveLength(2);
    }
    const none = { SD2E: { global_mounts: [] }, sd2e: { global_mounts: ['/x:/x:rw'] } };
    expect(mountsOf({ workers, tenants: none }).mounts).toEqual([]);
  });

  it('come from the option in one text too, as in the original', () => {
    const config = loadConfig({ env: { workers_sd2e_global_mounts: '/a:/b:ro, /c:/d:rw' } });
    const actor = { tenant: 'SD2E' as TenantId, owner: 'jdoe', tasdir: null, privileged: false };
    expect(actorMounts(config, actor, silentLogger)).toHaveLength(2);
  });

  it('leave out one whose token has no value, with a warning', () => {
    const home = { workers: { global_mounts: ['/work/{tasdir}:/work:rw', '/data/{username}:/data:ro'] } };
    expect(mountsOf(home)).toMatchObject({ mounts: ['/data/jdoe:/data:ro'], warnings: [{ owner: 'jdoe' }] });
    expect(mountsOf(home, { tasdir: '05117/jdoe' }).mounts[0]).toBe('/work/05117/jdoe:/work:rw');
    expect(mountsOf(home, { owner: '../root' }).mounts).toEqual([]);
  });

  it('are what stands last, of two for the same place or from the same', () => {
    const twice = ['/a:/x:ro', '/b:/x:rw', '/c:/y:ro', '/c:/z:rw'];
    expect(mountsOf({ workers: { global_mounts: twice } }).mounts).toEqual(['/b:/x:rw', '/c:/z:rw']);
  });

  it('are refused at start when they are malformed', () => {
    const refused = () => loadConfig({ env: { workers_global_mounts: '/a:/b:ro,/c:/d' } });
    expect(refused).toThrow(
      /workers\.global_mounts is "\/a:\/b:ro,\/c:\/d", allowed is <host path>:<container path>:<ro\|rw>/,
    );
    expect(() => loadConfig({ env: { workers_DEV_privileged_mounts: '/a/..:/b:ro' } })).toThrow(
      'tenants.DEV.privileged_mounts is',
    );
  });
});
