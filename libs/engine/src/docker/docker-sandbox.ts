import { randomBytes } from 'node:crypto';
import type { CgroupLayout } from '../accounting/cgroup-layout.js';
import { SandboxCounters } from '../accounting/sandbox-counters.js';
import type { Sandbox, SandboxSpec } from '../execution-engine.js';
import { createWithPauseImage, PAUSE_IMAGE } from '../image/pause-image.js';
import type { EngineLogger } from '../logger.js';
import type { Placement } from './container-config.js';
import { sandboxConfig } from './container-config.js';
import type { EngineClient } from './engine-client.js';
import { isGoingDown, outage } from './engine-outage.js';
import { isRefusal } from './engine-refusal.js';
import type { Inspection } from './inspection.js';
import { fileNameOf } from './labels.js';
import { discardContainer } from './removal.js';

/** The idle process that holds a worker's network. */
interface Holder {
  readonly containerId: string;
  readonly pid: number;
}

/** A worker's network namespace and accounting cgroup on a Docker engine. Executions in it must not overlap, else their CPU is shared. */
export class DockerSandbox implements Sandbox {
  private closing: Promise<void> | undefined;

  private constructor(
    readonly spec: SandboxSpec,
    private readonly name: string,
    private holder: Holder | undefined,
    private readonly client: EngineClient,
    private readonly layout: CgroupLayout,
    private readonly logger: EngineLogger,
    private readonly closed: () => Promise<void>,
  ) {}

  /** @param closed is called once, after the sandbox is gone */
  static async open(
    spec: SandboxSpec,
    client: EngineClient,
    layout: CgroupLayout,
    logger: EngineLogger,
    closed: () => Promise<void>,
  ): Promise<DockerSandbox> {
    // A worker's id alone is not enough: its sandbox of before a crash may still be there.
    const name = `${fileNameOf(spec.labels.worker)}-${randomBytes(4).toString('hex')}`;
    const sandbox = new DockerSandbox(spec, name, undefined, client, layout, logger, closed);
    if (spec.network === 'bridge') await sandbox.createHolder();
    return sandbox;
  }

  get id(): string {
    return this.holder?.containerId ?? `${this.spec.network}-${this.name}`;
  }

  get placement(): Placement {
    const cgroupParent = this.layout.parentOf(this.name);
    return {
      network: this.spec.network,
      ...(this.holder ? { networkContainer: this.holder.containerId } : {}),
      ...(cgroupParent === undefined ? {} : { cgroupParent }),
    };
  }

  get counters(): SandboxCounters {
    return new SandboxCounters(this.layout, this.layout.parentOf(this.name), this.holder);
  }

  /** Puts the idle container back on its feet: it ends when the engine restarts, and anyone may have removed it. */
  async revive(): Promise<void> {
    if (!this.holder) return;
    try {
      await this.startHolder(this.holder.containerId);
    } catch (error) {
      if (!isRefusal(error, 404)) throw error;
      await this.createHolder();
    }
  }

  close(): Promise<void> {
    this.closing ??= this.release();
    return this.closing;
  }

  private async release(): Promise<void> {
    if (this.holder) await discardContainer(this.client, this.holder.containerId, this.logger);
    const parent = this.layout.parentOf(this.name);
    if (!(await this.layout.removeParent(parent))) {
      this.logger.warn({ worker: this.spec.labels.worker, cgroup: parent }, 'the cgroup of a sandbox is still in use');
    }
    await this.closed();
  }

  private async createHolder(): Promise<void> {
    const { Id } = await createWithPauseImage(this.client, () =>
      this.client.json<{ Id: string }>({
        method: 'POST',
        path: '/containers/create',
        query: { name: `abaco-sandbox-${this.name}-${randomBytes(2).toString('hex')}` },
        body: sandboxConfig(this.spec, PAUSE_IMAGE, this.layout.parentOf(this.name)),
      }),
    );
    try {
      await this.startHolder(Id);
    } catch (error) {
      await discardContainer(this.client, Id, this.logger);
      throw error;
    }
  }

  private async startHolder(containerId: string): Promise<void> {
    await startContainer(this.client, containerId);
    const { State } = await this.client.json<Inspection>({ method: 'GET', path: `/containers/${containerId}/json` });
    this.holder = { containerId, pid: State.Pid };
  }
}

/** Starts a container; one that runs already is fine. @throws EngineRefusal, EngineUnavailable */
export async function startContainer(client: EngineClient, id: string): Promise<void> {
  try {
    await client.json({ method: 'POST', path: `/containers/${id}/start` });
  } catch (error) {
    if (isRefusal(error) && isGoingDown(error)) throw outage(client, error);
    if (!isRefusal(error, 304)) throw error;
  }
}
