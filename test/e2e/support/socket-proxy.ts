import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type NetConnectOpts, type Server, type Socket } from 'node:net';

/** Stands between a client and its server, to break or to freeze their connections. */
export class SocketProxy {
  private readonly pairs = new Set<readonly [Socket, Socket]>();
  private dropping = false;

  private constructor(private readonly server: Server) {}

  /** Listens on a loopback port, by default a free one, and forwards to `target`. */
  static async start(target: NetConnectOpts, port = 0): Promise<SocketProxy> {
    const server = createServer();
    const proxy = new SocketProxy(server);
    server.on('connection', (client) => proxy.join(client, connect(target)));
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Connections now open. */
  get size(): number {
    return this.pairs.size;
  }

  /** Breaks all connections. */
  cut(): void {
    for (const [client, broker] of this.pairs) {
      client.destroy();
      broker.destroy();
    }
  }

  /** From now on nothing is forwarded on the open connections, and nothing tells their ends. New ones are well. */
  freeze(): void {
    for (const [client, broker] of this.pairs) {
      client.unpipe(broker).pause();
      broker.unpipe(client).pause();
    }
  }

  /** From now on, on the open connections, the server hears the client and the client nothing of the server. New ones are well. */
  mute(): void {
    for (const [client, broker] of this.pairs) broker.unpipe(client).resume();
  }

  /** From now on nothing is forwarded, on open and on new connections, and nothing tells their ends: as if packets were dropped. */
  drop(): void {
    this.dropping = true;
    this.freeze();
  }

  /** Forwards again. The connections from before are broken. */
  heal(): void {
    this.dropping = false;
    this.cut();
  }

  async stop(): Promise<void> {
    this.cut();
    this.server.close();
    await once(this.server, 'close');
  }

  private join(client: Socket, broker: Socket): void {
    const pair = [client, broker] as const;
    this.pairs.add(pair);
    client.setNoDelay(true);
    broker.setNoDelay(true);
    if (this.dropping) for (const end of pair) end.pause();
    else client.pipe(broker).pipe(client);
    for (const [end, other] of [pair, [broker, client] as const]) {
      // Whatever goes wrong with one end is passed on by closing the other.
      end.on('error', () => other.destroy());
      end.on('close', () => {
        other.destroy();
        this.pairs.delete(pair);
      });
    }
  }
}
