import type { IncomingMessage } from 'node:http';
import type { EngineClient } from '../docker/engine-client.js';
import { linesOf } from '../docker/lines.js';
import type { ContainerOutcome } from '../execution-engine.js';
import { BlockIoWatch } from './block-io-watch.js';
import { difference, memoryPeak, type Counters } from './counters.js';
import type { NetworkBytes } from './network-counter.js';
import type { SandboxCounters } from './sandbox-counters.js';

/** What an execution used. */
export type Usage = Pick<ContainerOutcome, 'cpuNs' | 'ioBytes' | 'statistics' | 'resources'>;

export interface UsageMeter {
  /** To be called once, after the end of the container. Never throws. */
  finish(): Promise<Usage>;
  /** Measures no more: nobody will ask for the figures. Idempotent, also after `finish`. */
  stop(): void;
}

/**
 * Differences of the sandbox's counters: accurate for containers of any length, the engine's start of the process included. Executions
 * of one sandbox must not overlap.
 */
export class CounterMeter implements UsageMeter {
  private readonly blockIo: BlockIoWatch | undefined;

  constructor(
    private readonly counters: SandboxCounters,
    private readonly before: Counters,
  ) {
    this.blockIo = counters.forgetBlockIo ? new BlockIoWatch(() => counters.blockIo()) : undefined;
  }

  stop(): void {
    this.blockIo?.end();
  }

  finish(): Promise<Usage> {
    const { before } = this;
    const after = { ...this.counters.read(), ...this.blockIo?.end() };
    const received = difference(after.receivedBytes, before.receivedBytes);
    const cpuNs = difference(after.cpuNs, before.cpuNs);
    const resources = {
      memoryPeakBytes: memoryPeak(after, before),
      receivedBytes: received,
      sentBytes: difference(after.sentBytes, before.sentBytes),
      blockReadBytes: difference(after.readBytes, before.readBytes),
      blockWrittenBytes: difference(after.writtenBytes, before.writtenBytes),
    };
    const statistics = cpuNs === undefined ? 'none' : 'cgroup';
    return Promise.resolve({ cpuNs: cpuNs ?? 0, ioBytes: received ?? 0, statistics, resources });
  }
}

/** The engine's own samples, one a second: for engines elsewhere. Containers of less than a second may have none. */
export class StatsMeter implements UsageMeter {
  private cpuNs = 0;
  private memoryPeakBytes: number | undefined;
  private blockIo: { readonly blockReadBytes?: number; readonly blockWrittenBytes?: number } = {};
  private readonly reading: Promise<void>;

  private constructor(
    private readonly client: EngineClient,
    private readonly stream: IncomingMessage,
    private readonly networkContainer: string,
    private readonly before: NetworkBytes,
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
      const before = networkOf(await sampleOf(client, networkContainer));
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

  stop(): void {
    this.stream.destroy();
  }

  async finish(): Promise<Usage> {
    this.stream.destroy();
    await this.reading;
    if (this.cpuNs === 0) return noUsage;
    const network = await sampleOf(this.client, this.networkContainer).then(networkOf, () => this.before);
    const receivedBytes = Math.max(0, network.receivedBytes - this.before.receivedBytes);
    const resources = {
      memoryPeakBytes: this.memoryPeakBytes,
      receivedBytes,
      sentBytes: Math.max(0, network.sentBytes - this.before.sentBytes),
      ...this.blockIo,
    };
    return { cpuNs: this.cpuNs, ioBytes: receivedBytes, statistics: 'stats', resources };
  }

  /** A container that has just ended is reported with zeros, or without figures. */
  private take({ cpu_stats, memory_stats: memory, blkio_stats }: Sample): void {
    this.cpuNs = Math.max(this.cpuNs, cpu_stats?.cpu_usage?.total_usage ?? 0);
    const used = memory?.max_usage ?? memory?.usage;
    if (used !== undefined) this.memoryPeakBytes = Math.max(this.memoryPeakBytes ?? 0, used);
    const operations = blkio_stats?.io_service_bytes_recursive;
    if (!operations) return;
    const sumOf = (kind: string): number =>
      operations.filter(({ op }) => op.toLowerCase() === kind).reduce((sum, { value }) => sum + value, 0);
    this.blockIo = { blockReadBytes: sumOf('read'), blockWrittenBytes: sumOf('write') };
  }

  private async readSamples(): Promise<void> {
    try {
      for await (const line of linesOf(this.stream)) {
        this.take(JSON.parse(line) as Sample);
      }
    } catch {
      // the stream was cut: the last whole sample counts
    }
  }
}

const noUsage: Usage = { cpuNs: 0, ioBytes: 0, statistics: 'none', resources: {} };

/** Of a container about which nothing can be known. */
export const noMeter: UsageMeter = {
  finish: () => Promise.resolve(noUsage),
  stop: () => undefined,
};

interface Sample {
  readonly cpu_stats?: { readonly cpu_usage?: { readonly total_usage?: number } };
  /** `max_usage`: cgroup v1 alone has it. */
  readonly memory_stats?: { readonly usage?: number; readonly max_usage?: number };
  readonly blkio_stats?: {
    readonly io_service_bytes_recursive?: readonly { readonly op: string; readonly value: number }[] | null;
  };
  readonly networks?: Readonly<Record<string, { readonly rx_bytes: number; readonly tx_bytes: number }>>;
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

function networkOf({ networks = {} }: Sample): NetworkBytes {
  return Object.values(networks).reduce(
    ({ receivedBytes, sentBytes }, { rx_bytes, tx_bytes }) => ({
      receivedBytes: receivedBytes + rx_bytes,
      sentBytes: sentBytes + tx_bytes,
    }),
    { receivedBytes: 0, sentBytes: 0 },
  );
}
