import { eventually } from '../../support/eventually.js';
import type { Deployment } from './deployment.js';
import { insist } from './insist.js';

const CLIENTS = 4;
const END_DEADLINE_MS = 180_000;

/** Clients that each send their next message when the last one has ended, whatever happens to the server: no flood builds up. */
export class ClosedLoad {
  /** Executions that were accepted. */
  readonly accepted: string[] = [];
  private ended = 0;
  private over = false;
  private readonly clients: Promise<void>[];

  constructor(
    private readonly bed: Deployment,
    private readonly actor: string,
    private readonly script: string,
  ) {
    this.clients = Array.from({ length: CLIENTS }, () => this.client());
    for (const client of this.clients) client.catch(() => undefined); // reported by `stop`
  }

  /** Waits until so many more have ended. */
  async goesOn(count: number): Promise<void> {
    const before = this.ended;
    await eventually(`${count} more messages end`, () => this.ended >= before + count, END_DEADLINE_MS);
  }

  /** @throws what a client has met */
  async stop(): Promise<void> {
    this.over = true;
    await Promise.all(this.clients);
  }

  private async client(): Promise<void> {
    const executions = this.bed.database.collection('executions');
    while (!this.over) {
      const { execution } = await insist(this.bed, this.actor, this.script);
      this.accepted.push(execution);
      const final = { id: execution, status: { $in: ['COMPLETE', 'ERROR'] } };
      await eventually(
        `${execution} ends`,
        async () => (await executions.countDocuments(final)) === 1,
        END_DEADLINE_MS,
      );
      this.ended++;
    }
  }
}
