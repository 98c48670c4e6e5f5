import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { deserialize } from 'bson';
import { Gate, type GateAt } from './gate.js';

const HEADER_BYTES = 16;
const OP_MSG = 2013;
/** Bytes of an OP_MSG before its first section's document: header, flags, kind. */
const DOCUMENT_AT = HEADER_BYTES + 4 + 1;

/** One command to the store. */
export interface StoreCommand {
  /** For example `findAndModify`. */
  readonly name: string;
  readonly collection: string;
  /** The whole message, to look for a word in it. */
  readonly bytes: Buffer;
}

/** Stands between a server and a MongoDB, and knows commands from replies: a test stops the one that it means. */
export class MongoProxy {
  private readonly pairs = new Set<readonly [Socket, Socket]>();
  private readonly gates = new Set<Gate<StoreCommand>>();
  private deaf = false;

  private constructor(
    private readonly server: Server,
    private readonly database: string,
  ) {}

  /** @param target `mongodb://%2Fpath%2Fto%2Fsocket/database` */
  static async start(target: string): Promise<MongoProxy> {
    const [, path = '', database = ''] = /^mongodb:\/\/([^/]+)\/([^?]*)/.exec(target) ?? [];
    const server = createServer();
    const proxy = new MongoProxy(server, database);
    server.on('connection', (client) => proxy.join(client, connect(decodeURIComponent(path))));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  get uri(): string {
    const address = this.server.address();
    if (address === null || typeof address === 'string') throw new Error('The proxy does not listen.');
    return `mongodb://127.0.0.1:${address.port}/${this.database}?directConnection=true&retryWrites=false`;
  }

  /** Stops the next command that fits. */
  gate(fits: (command: StoreCommand) => boolean, at: GateAt): Gate<StoreCommand> {
    const gate = new Gate(fits, at);
    this.gates.add(gate);
    return gate;
  }

  /** From now on no command is answered, on old and new connections. */
  hang(): void {
    this.deaf = true;
  }

  /** Well again; the connections that hung are broken. */
  recover(): void {
    this.deaf = false;
    this.cut();
  }

  async stop(): Promise<void> {
    this.cut();
    this.server.close();
    await once(this.server, 'close');
  }

  private cut(): void {
    for (const pair of this.pairs) for (const socket of pair) socket.destroy();
  }

  private join(client: Socket, store: Socket): void {
    const pair = [client, store] as const;
    this.pairs.add(pair);
    for (const [end, other] of [pair, [store, client] as const]) {
      end.setNoDelay(true);
      end.on('error', () => other.destroy());
      end.on('close', () => {
        other.destroy();
        this.pairs.delete(pair);
      });
    }
    const heldReplies = new Map<number, Gate<StoreCommand>>();
    void this.carry(client, store, async (frame) => {
      const command = commandOf(frame);
      const gate = command && [...this.gates].find((one) => one.takes(command));
      if (gate?.at === 'answer') heldReplies.set(frame.readInt32LE(4), gate);
      if (gate?.at === 'request') await gate.hold();
    });
    void this.carry(store, client, async (frame) => {
      await heldReplies.get(frame.readInt32LE(8))?.hold();
    });
  }

  /** Hands on message by message, each after `before`. */
  private async carry(from: Socket, to: Socket, before: (frame: Buffer) => Promise<void>): Promise<void> {
    let rest: Buffer = Buffer.alloc(0);
    try {
      for await (const chunk of from) {
        rest = Buffer.concat([rest, chunk as Buffer]);
        while (rest.length >= 4 && rest.length >= rest.readInt32LE(0)) {
          const frame = rest.subarray(0, rest.readInt32LE(0));
          rest = rest.subarray(frame.length);
          await before(frame);
          if (!this.deaf && !to.destroyed) to.write(frame);
        }
      }
    } catch {
      // a broken connection: its other end is closed by the listeners above
    }
  }
}

function commandOf(frame: Buffer): StoreCommand | undefined {
  if (frame.readInt32LE(12) !== OP_MSG || frame[DOCUMENT_AT - 1] !== 0) return undefined;
  const document = deserialize(frame.subarray(DOCUMENT_AT, DOCUMENT_AT + frame.readInt32LE(DOCUMENT_AT)));
  const [[name, collection] = ['', '']] = Object.entries(document);
  return { name, collection: String(collection), bytes: frame };
}
