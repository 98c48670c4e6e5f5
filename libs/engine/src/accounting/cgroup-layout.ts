import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { rmdir } from 'node:fs/promises';
import { join } from 'node:path';

const ROOT = '/sys/fs/cgroup';
const PREFIX = 'abaco-';

/** What `GET /info` says of the engine's cgroups. */
export interface CgroupInfo {
  /** `cgroupfs` or `systemd`; `none` on a rootless engine without cgroups. */
  readonly CgroupDriver?: string;
  /** `1` or `2`. */
  readonly CgroupVersion?: string;
}

/**
 * Where the engine puts a sandbox's cgroup, and what can be read of it here. Every sandbox has a cgroup of its own, the parent of its
 * containers': its counters stay when a container's are gone.
 */
export class CgroupLayout {
  private constructor(
    private readonly driver: 'cgroupfs' | 'systemd' | 'none',
    private readonly root: string,
    /** Directories of the hierarchies; the first one counts CPU time. Empty when the engine is not on this host. */
    private readonly hierarchies: readonly string[],
  ) {}

  /** @param local the engine runs on this host, as far as its address tells */
  static detect(info: CgroupInfo, local: boolean, root = ROOT): CgroupLayout {
    const driver = info.CgroupDriver === 'systemd' || info.CgroupDriver === 'cgroupfs' ? info.CgroupDriver : 'none';
    return new CgroupLayout(driver, root, local ? hierarchiesOf(info, root) : []);
  }

  /**
   * `HostConfig.CgroupParent` for a sandbox. `undefined` = the engine's own choice, where we could neither read nor remove it.
   */
  parentOf(sandbox: string): string | undefined {
    if (this.hierarchies.length === 0) return undefined;
    switch (this.driver) {
      case 'cgroupfs':
        return `/${PREFIX}${sandbox}`;
      case 'systemd':
        return `${PREFIX}${sandbox.replace(/-/g, '_')}.slice`; // a dash in a slice's name means a level
      case 'none':
        return undefined;
    }
  }

  /**
   * CPU time of all that ever ran under `parent`, in nanoseconds. `undefined` before the first container and when it cannot be read
   * here.
   */
  cpuOf(parent: string | undefined): number | undefined {
    const [hierarchy] = this.hierarchies;
    if (hierarchy === undefined || parent === undefined) return undefined;
    const directory = this.directoryOf(hierarchy, parent);
    try {
      return hierarchy === this.root
        ? 1000 *
            Number(/^usage_usec (\d+)$/m.exec(readFileSync(join(directory, 'cpu.stat'), 'utf8'))?.[1] ?? Number.NaN)
        : Number(readFileSync(join(directory, 'cpuacct.usage'), 'utf8'));
    } catch {
      return undefined; // no such cgroup, or not ours to read
    }
  }

  /** True when a cgroup that does not exist yet will be readable after its containers: systemd drops a slice with its last member. */
  get keepsEmptyParents(): boolean {
    return this.driver === 'cgroupfs' && this.hierarchies.length > 0;
  }

  /**
   * Removes the cgroup that the engine made for a sandbox and does not remove itself. Waits up to `timeoutMs` for containers that are
   * just ending. @returns false when something was left
   */
  async removeParent(parent: string | undefined, timeoutMs = 3000): Promise<boolean> {
    if (this.driver !== 'cgroupfs' || !parent?.startsWith(`/${PREFIX}`)) return true; // systemd removes its own
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const left = await Promise.all(this.hierarchies.map((one) => removeCgroup(this.directoryOf(one, parent))));
      if (!left.includes(true)) return true;
      if (performance.now() > deadline) return false;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  private directoryOf(hierarchy: string, parent: string): string {
    if (this.driver === 'cgroupfs') return join(hierarchy, parent);
    return join(hierarchy, `${PREFIX.slice(0, -1)}.slice`, parent);
  }
}

function hierarchiesOf({ CgroupVersion }: CgroupInfo, root: string): string[] {
  if (CgroupVersion === '2') return existsSync(join(root, 'cgroup.controllers')) ? [root] : [];
  const names = existsSync(root) ? readdirSync(root) : [];
  const cpu = names.find((name) => name.split(',').includes('cpuacct'));
  if (cpu === undefined) return [];
  return [cpu, ...names.filter((name) => name !== cpu)].map((name) => join(root, name));
}

/** @returns true when the directory is still there. The kernel refuses to remove a cgroup that has processes or children. */
async function removeCgroup(directory: string): Promise<boolean> {
  try {
    await rmdir(directory);
    return false;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'EBUSY' || code === 'ENOTEMPTY'; // gone already, or not ours to remove: waiting would not help
  }
}
