import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { rmdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type BlockIo, blockIoV1, blockIoV2 } from './block-io.js';
import { known, type Counters } from './counters.js';

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
    /** Directories of the hierarchies; of version 2 the root alone. Empty when the engine is not on this host. */
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
   * What the kernel counts for all that ever ran under `parent`; without what cannot be read here, such as everything before the
   * first container.
   */
  countersOf(parent: string | undefined): Counters {
    if (parent === undefined || this.hierarchies.length === 0) return {};
    return this.unified ? this.unifiedCounters(parent) : this.countersV1(parent);
  }

  /** Has the peak of memory begin anew, where the kernel can do that: of version 1 only. */
  resetMemoryPeak(parent: string | undefined): void {
    if (parent === undefined || this.unified) return;
    const directory = this.directoryWith('memory', parent);
    try {
      if (directory !== undefined) writeFileSync(join(directory, 'memory.max_usage_in_bytes'), '0');
    } catch {
      // no such cgroup yet, or not ours to write: a peak that has not risen is not reported
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

  private get unified(): boolean {
    return this.hierarchies[0] === this.root;
  }

  private unifiedCounters(parent: string): Counters {
    const directory = this.directoryOf(this.root, parent);
    const microseconds = /^usage_usec (\d+)$/m.exec(textOf(directory, 'cpu.stat') ?? '')?.[1];
    const io = textOf(directory, 'io.stat');
    return known({
      cpuNs: microseconds === undefined ? undefined : 1000 * Number(microseconds),
      ...(io === undefined ? {} : blockIoV2(io)),
      memoryBytes: numberOf(directory, 'memory.current'),
      memoryPeakBytes: numberOf(directory, 'memory.peak'),
    });
  }

  /** Of version 1: a group's sum has what the groups in it have moved only as long as they are there. */
  get forgetsBlockIo(): boolean {
    return !this.unified && this.hierarchies.length > 0;
  }

  /** What the groups in a sandbox's group have moved to and from block devices, of version 1. */
  blockIoOf(parent: string | undefined): BlockIo | undefined {
    if (parent === undefined) return undefined;
    const io = textOf(this.directoryWith('blkio', parent), 'blkio.throttle.io_service_bytes_recursive');
    return io === undefined ? undefined : blockIoV1(io);
  }

  private countersV1(parent: string): Counters {
    const memory = this.directoryWith('memory', parent);
    return known({
      cpuNs: numberOf(this.directoryWith('cpuacct', parent), 'cpuacct.usage'),
      ...this.blockIoOf(parent),
      memoryBytes: numberOf(memory, 'memory.usage_in_bytes'),
      memoryPeakBytes: numberOf(memory, 'memory.max_usage_in_bytes'),
    });
  }

  /** Of version 1, where each controller has a hierarchy. */
  private directoryWith(controller: string, parent: string): string | undefined {
    const hierarchy = this.hierarchies.find((path) => basename(path).split(',').includes(controller));
    return hierarchy === undefined ? undefined : this.directoryOf(hierarchy, parent);
  }

  private directoryOf(hierarchy: string, parent: string): string {
    if (this.driver === 'cgroupfs') return join(hierarchy, parent);
    return join(hierarchy, `${PREFIX.slice(0, -1)}.slice`, parent);
  }
}

/** Undefined when there is no such file, or it is not ours to read. */
function textOf(directory: string | undefined, file: string): string | undefined {
  if (directory === undefined) return undefined;
  try {
    return readFileSync(join(directory, file), 'utf8');
  } catch {
    return undefined;
  }
}

function numberOf(directory: string | undefined, file: string): number | undefined {
  const text = textOf(directory, file);
  return text === undefined ? undefined : Number(text);
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
