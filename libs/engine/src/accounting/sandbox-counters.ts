import type { BlockIo } from './block-io.js';
import type { CgroupLayout } from './cgroup-layout.js';
import type { Counters } from './counters.js';
import { networkBytesOf, type NetworkBytes } from './network-counter.js';

/** The kernel's counters of a sandbox, where they can be read on this host. Reading them takes microseconds. */
export class SandboxCounters {
  constructor(
    private readonly layout: CgroupLayout,
    /** `HostConfig.CgroupParent` of the sandbox's containers. */
    private readonly parent: string | undefined,
    /** The idle process that holds the network, if there is one. */
    private readonly holder?: { readonly pid: number; readonly containerId: string },
  ) {}

  read(): Counters {
    return { ...this.layout.countersOf(this.parent), ...this.network() };
  }

  /** Whether what is moved to and from block devices is forgotten as soon as a container has ended. */
  get forgetBlockIo(): boolean {
    return this.layout.forgetsBlockIo;
  }

  /** Of the containers that run. Undefined where it cannot be read. */
  blockIo(): BlockIo | undefined {
    return this.layout.blockIoOf(this.parent);
  }

  /** As `read`, before an execution, whose peak of memory begins now; a cgroup that the engine is about to make has used nothing. */
  readBefore(): Counters {
    this.layout.resetMemoryPeak(this.parent);
    const reading = this.read();
    const expected = this.holder === undefined && this.parent !== undefined && this.layout.keepsEmptyParents;
    return reading.cpuNs === undefined && expected ? { ...NOTHING, ...reading } : reading;
  }

  private network(): NetworkBytes | undefined {
    return this.holder && networkBytesOf(this.holder.pid, this.holder.containerId);
  }
}

const NOTHING: Counters = { cpuNs: 0, readBytes: 0, writtenBytes: 0, memoryBytes: 0, memoryPeakBytes: 0 };
