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
    expect(layout.countersOf('/abaco-w')).toEqual({ cpuNs: 123_456 });
    file('memory/abaco-w/memory.usage_in_bytes', '4096\n');
    file('memory/abaco-w/memory.max_usage_in_bytes', '8192\n');
    file('blkio/abaco-w/blkio.throttle.io_service_bytes_recursive', '8:0 Read 512\n8:0 Write 7\nTotal 519\n');
    const all = CgroupLayout.detect({ CgroupDriver: 'cgroupfs', CgroupVersion: '1' }, true, root);
    expect(all.countersOf('/abaco-w')).toEqual({
      cpuNs: 123_456,
      readBytes: 512,
      writtenBytes: 7,
      memoryBytes: 4096,
      memoryPeakBytes: 8192,
    });
    all.resetMemoryPeak('/abaco-w');
    expect(all.countersOf('/abaco-w').memoryPeakBytes).toBe(0);
    expect(layout.countersOf('/abaco-other')).toEqual({});
    expect(layout.keepsEmptyParents).toBe(true);
  });

  it('reads cgroup v2 in nanoseconds', () => {
    file('cgroup.controllers', 'cpu memory\n');
    file('abaco-w/cpu.stat', 'usage_usec 2500\nuser_usec 2000\nsystem_usec 500\n');
    const layout = CgroupLayout.detect({ CgroupDriver: 'cgroupfs', CgroupVersion: '2' }, true, root);
    file('abaco-w/io.stat', '8:0 rbytes=512 wbytes=7 rios=1 wios=1\n');
    file('abaco-w/memory.current', '4096\n');
    file('abaco-w/memory.peak', '8192\n');
    layout.resetMemoryPeak(layout.parentOf('w'));
    expect(layout.countersOf(layout.parentOf('w'))).toEqual({
      cpuNs: 2_500_000,
      readBytes: 512,
      writtenBytes: 7,
      memoryBytes: 4096,
      memoryPeakBytes: 8192,
    });
  });

  it('knows systemd’s slices', () => {
    file('cgroup.controllers', 'cpu\n');
    file('abaco.slice/abaco-w_1.slice/cpu.stat', 'usage_usec 7\n');
    const layout = CgroupLayout.detect({ CgroupDriver: 'systemd', CgroupVersion: '2' }, true, root);
    expect(layout.parentOf('w-1')).toBe('abaco-w_1.slice');
    expect(layout.countersOf('abaco-w_1.slice')).toEqual({ cpuNs: 7000 });
    expect(layout.keepsEmptyParents).toBe(false);
  });

  it('reads nothing of an engine elsewhere, or without cgroups', () => {
    file('cpuacct/abaco-w/cpuacct.usage', '1');
    expect(
      CgroupLayout.detect({ CgroupDriver: 'cgroupfs', CgroupVersion: '1' }, false, root).countersOf('/abaco-w'),
    ).toEqual({});
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
