import type { IncomingMessage } from 'node:http';
import type { EngineClient } from '../docker/engine-client.js';
import { linesOf } from '../docker/lines.js';
import type { Baseline } from '../docker/labels.js';
import type { ContainerOutcome } from '../execution-engine.js';
import type { SandboxCounters } from './sandbox-counters.js';

/** What an execution used. */
export type Usage = Pick<ContainerOutcome, 'cpuNs' | 'ioBytes' | 'statistics'>;

export interface UsageMeter {
  /** To be called once, after the end of the container. Never throws. */
  finish(): Promise<Usage>;
}

/**
 * Differences of the sandbox's counters: accurate for containers of any length, the engine's start of the process included. Executions
 * of one sandbox must not overlap.
 */
export class CounterMeter implements UsageMeter {
  constructor(
    private readonly counters: SandboxCounters,
    private readonly before: Baseline,
  ) {}

  finish(): Promise<Usage> {
    const after = this.counters.read();
    const ioBytes = difference(after.receivedBytes, this.before.receivedBytes) ?? 0;
    const cpuNs = difference(after.cpuNs, this.before.cpuNs);
    const usage: Usage =
      cpuNs === undefined ? { cpuNs: 0, ioBytes, statistics: 'none' } : { cpuNs, ioBytes, statistics: 'cgroup' };
    return Promise.resolve(usage);
  }
}

/** Undefined when either is unknown, or when the counter began anew in between. */
function difference(after: number | undefined, before: number | undefined): number | undefined {
  return after === undefined || before === undefined || after < before ? undefined : after - before;
}

/** The engine's own samples, one a second: for engines elsewhere. Containers of less than a second may have none. */
export class StatsMeter implements UsageMeter {
  private cpuNs = 0;
  private readonly reading: Promise<void>;

  private constructor(
    private readonly client: EngineClient,
    private readonly stream: IncomingMessage,
    private readonly networkContainer: string,
    private readonly receivedBefore: number,
  ) {
    this.reading = this.readSamples();
  }

  /**
   * @param networkContainer holds the network namespace that the container joins; its own id when it has one itself
   * @returns undefined when the engine offers no samples of this container
   */
  static async start(
    client: EngineClient,
    containerId: string,
    networkContainer: string,
  ): Promise<UsageMeter | undefined> {
    try {
      const before = receivedOf(await sampleOf(client, networkContainer));
      const stream = await client.open({
        method: 'GET',
        path: `/containers/${containerId}/stats`,
        query: { stream: true },
        timeoutMs: SAMPLE_LIMIT,
      });
      return new StatsMeter(client, stream, networkContainer, before);
    } catch {
      return undefined; // figures are a courtesy: the execution goes on without
    }
  }

  async finish(): Promise<Usage> {
    this.stream.destroy();
    await this.reading;
    if (this.cpuNs === 0) return noUsage;
    const received = await sampleOf(this.client, this.networkContainer).then(receivedOf, () => this.receivedBefore);
    return { cpuNs: this.cpuNs, ioBytes: Math.max(0, received - this.receivedBefore), statistics: 'stats' };
  }

  private async readSamples(): Promise<void> {
    try {
      for await (const line of linesOf(this.stream)) {
        // a container that has just ended is reported with zeros
        this.cpuNs = Math.max(this.cpuNs, (JSON.parse(line) as Sample).cpu_stats?.cpu_usage?.total_usage ?? 0);
      }
    } catch {
      // the stream was cut: the last whole sample counts
    }
  }
}

export const noUsage: Usage = { cpuNs: 0, ioBytes: 0, statistics: 'none' };

interface Sample {
  readonly cpu_stats?: { readonly cpu_usage?: { readonly total_usage?: number } };
  readonly networks?: Readonly<Record<string, { readonly rx_bytes: number }>>;
}

/** Milliseconds. */
const SAMPLE_LIMIT = 5000;

function sampleOf(client: EngineClient, containerId: string): Promise<Sample> {
  const path = `/containers/${containerId}/stats`;
  return client.json<Sample>({
    method: 'GET',
    path,
    query: { stream: false, 'one-shot': true },
    timeoutMs: SAMPLE_LIMIT,
  });
}

function receivedOf({ networks = {} }: Sample): number {
  return Object.values(networks).reduce((sum, { rx_bytes }) => sum + rx_bytes, 0);
}
