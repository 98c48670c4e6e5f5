import { Inject, Injectable } from '@nestjs/common';
import type { WaitingCount, WorkerCount } from '@abaco/store';
import type { RuntimeServices } from '../runtime-services.js';
import { RUNTIME_SERVICES } from '../tokens.js';

/** What waits and what works at one moment, in all tenants and on all hosts. */
export interface UsageSnapshot {
  /** Messages that wait, of actors that have some, most first. */
  readonly waiting: readonly WaitingCount[];
  /** Workers by actor and status, most first. */
  readonly workers: readonly WorkerCount[];
  /** OAuth clients of workers. */
  readonly clients: number;
}

/** A snapshot is taken again after so long, milliseconds. */
const FRESH_MS = 1_000;

/** Gauges for operators. However often they are asked for, the store counts once a second. */
@Injectable()
export class Usage {
  private taken: { readonly at: number; readonly snapshot: Promise<UsageSnapshot> } | undefined;

  constructor(@Inject(RUNTIME_SERVICES) private readonly services: Pick<RuntimeServices, 'store'>) {}

  /** @throws StoreUnavailable */
  snapshot(): Promise<UsageSnapshot> {
    const now = performance.now();
    if (this.taken && now - this.taken.at < FRESH_MS) return this.taken.snapshot;
    const taken = { at: now, snapshot: this.count() };
    this.taken = taken;
    taken.snapshot.catch(() => {
      if (this.taken === taken) this.taken = undefined; // whoever asked hears of it; the next one asks the store again
    });
    return taken.snapshot;
  }

  private async count(): Promise<UsageSnapshot> {
    const { executions, workers, clients } = this.services.store;
    const [waiting, working, registered] = await Promise.all([
      executions.figures.waitingByActor(),
      workers.countByActor(),
      clients.countAll(),
    ]);
    return { waiting, workers: working, clients: registered };
  }
}
