import { statfs } from 'node:fs/promises';
import { Inject, Injectable } from '@nestjs/common';
import { AbacoSystem } from '../abaco-system.js';
import { isComputeHost } from '../hierarchy/compute-host.js';
import type { RuntimeServices } from '../runtime-services.js';
import { RUNTIME_SERVICES } from '../tokens.js';

/** A part that does not answer within this time does not work, milliseconds: shorter than the time-outs of usual probes. */
const ANSWER_WITHIN_MS = 3_000;
/** With less room no message may be taken: its body would fit nowhere, bytes. */
const LEAST_ROOM = 1 << 20;

/** Whether each part works that this process needs to take and to run messages. Without the role `compute` it needs neither engine nor host. */
export interface HealthParts {
  /** The database answers. */
  readonly store: boolean;
  /** The connection to the broker is up. */
  readonly broker: boolean;
  /** The container engine answers. */
  readonly engine?: boolean;
  /** The actors of this process take messages. */
  readonly hierarchy: boolean;
  /** The disk of `general.data_dir` has room: there are the embedded store and broker, and the files of executions. */
  readonly disk: boolean;
  /** The lease of this host is held and was renewed in time: false also when the store cannot be written. */
  readonly host?: boolean;
}

/** What load balancers and orchestrators are told. Each answer is bounded in time and never throws. */
@Injectable()
export class Health {
  constructor(
    @Inject(RUNTIME_SERVICES)
    private readonly services: Pick<RuntimeServices, 'config' | 'store' | 'broker' | 'engine'>,
    private readonly system: AbacoSystem,
  ) {}

  /** Whether the actors of this process take messages: if they do not, only a restart helps. */
  async alive(): Promise<boolean> {
    return (await this.hostState()) !== undefined;
  }

  async parts(): Promise<HealthParts> {
    const { config, store, broker, engine } = this.services;
    const computes = isComputeHost(config);
    const [storeAnswers, engineAnswers, disk, host] = await Promise.all([
      answers(store.ping()),
      computes ? answers(engine.info().then(() => true)) : undefined,
      answers(hasRoom(config.general.data_dir)),
      this.hostState(),
    ]);
    return {
      store: storeAnswers,
      broker: broker.state === 'connected',
      ...(engineAnswers !== undefined && { engine: engineAnswers }),
      disk,
      hierarchy: host !== undefined,
      ...(computes && { host: host?.leaseHeld ?? false }),
    };
  }

  private async hostState(): Promise<{ readonly leaseHeld: boolean } | undefined> {
    try {
      return await this.system.host.ask<{ leaseHeld: boolean }>((replyTo) => ({ type: 'state', replyTo }), {
        deadlineMs: ANSWER_WITHIN_MS,
      });
    } catch {
      return undefined; // it has not started, has ended, or is stuck: that is the answer
    }
  }
}

/** An application that embeds the runtime may have no such directory: then nothing is written there. */
async function hasRoom(directory: string): Promise<boolean> {
  try {
    const { bavail, bsize } = await statfs(directory);
    return bavail * bsize >= LEAST_ROOM;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}

/** Whether a question is answered with yes, in time. */
async function answers(question: Promise<boolean>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ANSWER_WITHIN_MS);
  });
  try {
    return await Promise.race([question.catch(() => false), late]);
  } finally {
    clearTimeout(timer);
  }
}
