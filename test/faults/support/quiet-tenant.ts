import { median } from '../../support/median.js';
import { bareStart } from './bare-start.js';
import { type ClusterUsers, latency, waited } from './cluster-users.js';

/** Messages in a row, after the first. */
const MESSAGES = 12;
/** The engine by itself is measured after one in so many of them. */
const BARE_EVERY = 6;

/** How long a tenant's messages took under one condition. All that were measured count; milliseconds. */
export class Latencies {
  /** From their acceptance to the end of their containers. */
  readonly ends: number[] = [];
  /** The part of it before the container started. */
  readonly starts: number[] = [];
  /** The same of the first message of a new actor, which has no worker yet. */
  readonly firsts: number[] = [];
  /** What the engine by itself needed meanwhile to start a container. */
  readonly bare: number[] = [];

  toString(): string {
    const { ends, starts, firsts, bare } = this;
    return (
      `${median(ends)} ms, median of ${ends.length} messages, ${median(starts)} ms of it until the container started ` +
      `(${median(firsts)} ms and at most ${Math.max(...firsts)} ms the first time; the engine by itself ${median(bare)} ms)`
    );
  }
}

/** A tenant that now and then has a new actor, and sends it one message after the other. */
export class QuietTenant {
  constructor(
    private readonly users: ClusterUsers,
    private readonly tenant: string,
  ) {}

  async measure({ ends, starts, firsts, bare }: Latencies): Promise<void> {
    const actor = await this.users.register(this.tenant, { max_workers: 1 });
    firsts.push(await this.users.waitOf(actor));
    for (let message = 0; message < MESSAGES; message++) {
      const execution = await this.users.run(actor);
      ends.push(latency(execution));
      starts.push(waited(execution));
      if (message % BARE_EVERY === 0) bare.push(await bareStart());
    }
    await this.users.delete(actor);
  }
}
