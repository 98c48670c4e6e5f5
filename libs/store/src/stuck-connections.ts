import type { mongo } from 'mongoose';

/** How often is looked for stuck connections while the server is being checked, milliseconds. */
const LOOK_EVERY_MS = 2_000;

interface DriverConnection {
  readonly socket?: { readonly destroyed: boolean; emit(event: 'drain'): boolean };
}

/** What is reached into of the driver, all of it optional: another release may lack it. */
interface DriverInternals {
  readonly topology?: {
    readonly s?: {
      readonly servers?: ReadonlyMap<
        string,
        {
          readonly monitor?: { readonly connection?: DriverConnection | null } | null;
          readonly pool?: { readonly checkedOut?: Iterable<DriverConnection> };
        }
      >;
    };
  };
}

/**
 * Frees what waits for ever in the driver. `Connection.writeCommand` (mongodb 7.8) waits for the event `drain` of a socket that was
 * destroyed just before it wrote to it, an event that never comes. When that happens to the check of the server, the driver
 * never finds the server again. The event is made up for such sockets: the command then fails, as it should have.
 */
export class StuckConnections {
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly client: mongo.MongoClient) {
    client.on('serverHeartbeatStarted', () => {
      this.timer ??= setInterval(() => this.free(), LOOK_EVERY_MS).unref();
    });
    for (const end of ['serverHeartbeatSucceeded', 'serverHeartbeatFailed', 'topologyClosed'] as const) {
      client.on(end, () => {
        clearInterval(this.timer);
        this.timer = undefined;
      });
    }
  }

  private free(): void {
    for (const { monitor, pool } of (this.client as unknown as DriverInternals).topology?.s?.servers?.values() ?? []) {
      for (const connection of [monitor?.connection, ...(pool?.checkedOut ?? [])]) {
        if (connection?.socket?.destroyed) connection.socket.emit('drain');
      }
    }
  }
}
