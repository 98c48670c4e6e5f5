import type { Baseline } from '../docker/labels.js';
import type { CgroupLayout } from './cgroup-layout.js';
import { receivedBytesOf } from './network-counter.js';

/** The kernel's counters of a sandbox, where they can be read on this host. Reading them takes microseconds. */
export class SandboxCounters {
  constructor(
    private readonly layout: CgroupLayout,
    /** `HostConfig.CgroupParent` of the sandbox's containers. */
    private readonly parent: string | undefined,
    /** The idle process that holds the network, if there is one. */
    private readonly holder?: { readonly pid: number; readonly containerId: string },
  ) {}

  read(): Baseline {
    const cpuNs = this.layout.cpuOf(this.parent);
    const receivedBytes = this.holder && receivedBytesOf(this.holder.pid, this.holder.containerId);
    return { ...(cpuNs === undefined ? {} : { cpuNs }), ...(receivedBytes === undefined ? {} : { receivedBytes }) };
  }

  /** As `read`, before an execution: a cgroup that the engine is about to make has used nothing. */
  readBefore(): Baseline {
    const reading = this.read();
    const expected = this.holder === undefined && this.parent !== undefined && this.layout.keepsEmptyParents;
    return reading.cpuNs === undefined && expected ? { ...reading, cpuNs: 0 } : reading;
  }
}
