import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '../../support/eventually.js';
import { SHELL_IMAGE } from '../../support/images.js';
import type { Cluster } from './cluster.js';

export interface StoredExecution {
  readonly _id: string;
  readonly id: string;
  readonly actor_id: string;
  readonly host_id: string;
  readonly tenant: string;
  readonly status: string;
  readonly message_received_time: Date;
  readonly start_time: Date | null;
  readonly finish_time: Date | null;
}

/** Longest wait for the end of one message, milliseconds. */
const RUNS_WITHIN_MS = 60_000;

/** From its acceptance to the start of its container, milliseconds. */
export const waited = ({ start_time, message_received_time }: StoredExecution): number =>
  start_time!.getTime() - message_received_time.getTime();

/** From its acceptance to the end of its container, milliseconds: what its user waits for. */
export const latency = ({ finish_time, message_received_time }: StoredExecution): number =>
  finish_time!.getTime() - message_received_time.getTime();

/** What the users of all tenants do through the API process of a cluster. What is accepted is on its ledger. */
export class ClusterUsers {
  /** That were registered and not deleted. */
  readonly actors = new Map<string, { readonly tenant: string; readonly id: string }>();

  constructor(private readonly cluster: Cluster) {}

  async call<T>(tenant: string, method: string, path: string, body?: object) {
    const response = await fetch(this.cluster.api.server.url + path, {
      method,
      headers: { tenant, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    const { result, message } = (await response.json()) as { result: T; message: string };
    return { code: response.status, result, message };
  }

  async register(tenant: string, description: object): Promise<string> {
    const { code, result, message } = await this.call<{ id: string }>(tenant, 'POST', '/actors', {
      image: SHELL_IMAGE,
      ...description,
    });
    if (code !== 200) throw new Error(`The actor was not registered: ${code} ${message}`);
    this.actors.set(result.id, { tenant, id: result.id });
    return result.id;
  }

  async delete(actor: string): Promise<void> {
    const { tenant } = this.actors.get(actor)!;
    const { code, message } = await this.call(tenant, 'DELETE', `/actors/${actor}`);
    if (code !== 200) throw new Error(`The actor was not deleted: ${code} ${message}`);
    this.actors.delete(actor);
  }

  /** @returns the execution; undefined: it was not accepted, which faults may cause */
  async send(actor: string, message: string): Promise<string | undefined> {
    const { tenant } = this.actors.get(actor)!;
    try {
      const path = `/actors/${actor}/messages`;
      const { code, result } = await this.call<{ execution_id: string }>(tenant, 'POST', path, { message });
      if (code !== 200) return undefined;
      this.cluster.ledger.accept(result.execution_id);
      return result.execution_id;
    } catch {
      return undefined; // the API process is being replaced
    }
  }

  records(filter: object = {}): Promise<StoredExecution[]> {
    return this.cluster.database.collection<StoredExecution>('executions').find(filter).toArray();
  }

  /** Sends a message and waits for its end. @returns how long it waited for its container, milliseconds */
  async waitOf(actor: string): Promise<number> {
    return waited(await this.run(actor));
  }

  /** Sends a message and waits for its end. */
  async run(actor: string): Promise<StoredExecution> {
    let id: string | undefined;
    while ((id = await this.send(actor, 'true')) === undefined) await delay(100);
    // by its key: the look itself must cost the store the same however much there is
    const { tenant } = this.actors.get(actor)!;
    const executions = this.cluster.database.collection<StoredExecution>('executions');
    return eventually(
      `the message of ${actor} has run`,
      async () => {
        const found = await executions.findOne({ _id: `${tenant}_${actor}_${id}` });
        return found?.status === 'COMPLETE' && found;
      },
      RUNS_WITHIN_MS,
    );
  }
}
