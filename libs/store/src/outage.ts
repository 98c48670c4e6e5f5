import type { mongo } from 'mongoose';

/** Servers that have data: "data-bearing" in the specification of server discovery, and load balancers. */
const USABLE: ReadonlySet<string> = new Set(['Standalone', 'RSPrimary', 'RSSecondary', 'Mongos', 'LoadBalancer']);

/**
 * Tells an outage of the database from a moment without a server: operations wait for the end of that, and in an outage they need
 * not be tried. What is not tried did not take place.
 */
export class Outage {
  /** Milliseconds of the monotonic clock. */
  private since: number | undefined;

  /**
   * @param client connected
   * @param afterMs how long no server can be used before it is an outage
   */
  constructor(
    client: Pick<mongo.MongoClient, 'on'>,
    private readonly afterMs: number,
  ) {
    client.on('topologyDescriptionChanged', ({ newDescription: { servers } }) => {
      if ([...servers.values()].some(({ type }) => USABLE.has(type))) this.since = undefined;
      else this.since ??= performance.now();
    });
  }

  get lasts(): boolean {
    return this.since !== undefined && performance.now() - this.since >= this.afterMs;
  }
}
