import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CgroupLayout } from './cgroup-layout.js';

describe('CgroupLayout', () => {
  let root: string;
  const file = (path: string, text: string): void => {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
  };

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'abaco-cgroup-'));
  });

  afterEach(() => rmSync(root, { recursive: true }));

  it('reads cgroup v1', () => {
    file('cpu,cpuacct/abaco-w/cpuacct.usage', '123456\n');
    const layout = CgroupLayout.detect({ CgroupDriver: 'cgroupfs', CgroupVersion: '1' }, true, root);
    expect(layout.parentOf('w')).toBe('/abaco-w');
    expect(layout.cpuOf('/abaco-w')).toBe(123_456);
    expect(layout.cpuOf('/abaco-other')).toBeUndefined();
    expect(layout.keepsEmptyParents).toBe(true);
  });

  it('reads cgroup v2 in nanoseconds', () => {
    file('cgroup.controllers', 'cpu memory\n');
    file('abaco-w/cpu.stat', 'usage_usec 2500\nuser_usec 2000\nsystem_usec 500\n');
    const layout = CgroupLayout.detect({ CgroupDriver: 'cgroupfs', CgroupVersion: '2' }, true, root);
    expect(layout.cpuOf(layout.parentOf('w'))).toBe(2_500_000);
  });

  it('knows systemd’s slices', () => {
    file('cgroup.controllers', 'cpu\n');
    file('abaco.slice/abaco-w_1.slice/cpu.stat', 'usage_usec 7\n');
    const layout = CgroupLayout.detect({ CgroupDriver: 'systemd', CgroupVersion: '2' }, true, root);
    expect(layout.parentOf('w-1')).toBe('abaco-w_1.slice');
    expect(layout.cpuOf('abaco-w_1.slice')).toBe(7000);
    expect(layout.keepsEmptyParents).toBe(false);
  });

  it('reads nothing of an engine elsewhere, or without cgroups', () => {
    file('cpuacct/abaco-w/cpuacct.usage', '1');
    expect(
      CgroupLayout.detect({ CgroupDriver: 'cgroupfs', CgroupVersion: '1' }, false, root).cpuOf('/abaco-w'),
    ).toBeUndefined();
    expect(CgroupLayout.detect({ CgroupDriver: 'none' }, true, root).parentOf('w')).toBeUndefined();
  });

  it('removes a parent from every hierarchy, but nothing that is not ours', async () => {
    for (const path of ['cpuacct/abaco-w', 'memory/abaco-w', 'memory/other'])
      mkdirSync(join(root, path), { recursive: true });
    const layout = CgroupLayout.detect({ CgroupDriver: 'cgroupfs', CgroupVersion: '1' }, true, root);
    expect(await layout.removeParent('/abaco-w')).toBe(true);
    expect(await layout.removeParent('/other')).toBe(true);
    expect(existsSync(join(root, 'memory/abaco-w'))).toBe(false);
    expect(existsSync(join(root, 'memory/other'))).toBe(true);
  });

  it('tells when a parent is still in use', async () => {
    mkdirSync(join(root, 'cpuacct/abaco-w/child'), { recursive: true });
    const layout = CgroupLayout.detect({ CgroupDriver: 'cgroupfs', CgroupVersion: '1' }, true, root);
    expect(await layout.removeParent('/abaco-w', 0)).toBe(false);
  });
});
