import { eventually } from '../../support/eventually.js';
import { SLEEP_IMAGE } from '../../support/images.js';
import type { ClusterUsers } from './cluster-users.js';

const ACTORS = 3;
/** Of each actor. */
const MESSAGES = 50;
/** Longer than any test, seconds: no place becomes free by itself. */
const SLEEP = '3600';
const DEADLINE_MS = 60_000;

/** A tenant with far more messages than places, whose containers only sleep: what others wait for then is not the machine. */
export class Flood {
  private constructor(
    private readonly users: ClusterUsers,
    private readonly tenant: string,
    private readonly actors: readonly string[],
  ) {}

  static async prepare(users: ClusterUsers, tenant: string, maxWorkers: number): Promise<Flood> {
    const actors: string[] = [];
    while (actors.length < ACTORS) {
      actors.push(await users.register(tenant, { image: SLEEP_IMAGE, max_workers: maxWorkers }));
    }
    return new Flood(users, tenant, actors);
  }

  /** @param places that the tenant may take: all of them are taken then, and the other messages wait */
  async begin(places: number): Promise<void> {
    await Promise.all(
      this.actors.map(async (actor) => {
        for (let message = 0; message < MESSAGES; message++) await this.users.send(actor, SLEEP);
      }),
    );
    await eventually('the flood has all its places', async () => (await this.running()).length >= places, DEADLINE_MS);
  }

  /** Waiting messages are purged, running ones halted. */
  async end(): Promise<void> {
    for (const actor of this.actors) await this.users.call(this.tenant, 'DELETE', `/actors/${actor}/messages`);
    await eventually(
      'the flood is over',
      async () => {
        for (const { id, actor_id } of await this.running()) {
          const actor = actor_id.slice(this.tenant.length + 1);
          await this.users.call(this.tenant, 'DELETE', `/actors/${actor}/executions/${id}`);
        }
        return (
          (await this.users.records({ tenant: this.tenant, status: { $in: ['SUBMITTED', 'RUNNING'] } })).length === 0
        );
      },
      DEADLINE_MS,
    );
  }

  running() {
    return this.users.records({ tenant: this.tenant, status: 'RUNNING' });
  }
}
