import { setTimeout as delay } from 'node:timers/promises';
import { type Connection, createConnection, type Model, mongo, type Schema } from 'mongoose';
import { StoreUnavailable } from './errors.js';
import { storeError } from './failures.js';
import { Outage } from './outage.js';
import { StuckConnections } from './stuck-connections.js';

/** How often is looked whether servers are there, milliseconds: in an outage nothing else asks for them. */
const HEARTBEAT_MS = 2_000;

/** One connection to MongoDB on which nothing waits for ever. */
export class Database {
  private constructor(
    private readonly connection: Connection,
    private readonly timeoutMs: number,
    private readonly outage: Outage,
  ) {}

  /** @throws StoreUnavailable when no server answers within `timeoutMs` */
  static async connect(uri: string, timeoutMs: number): Promise<Database> {
    const connection = createConnection(uri, {
      appName: 'abaco',
      autoCreate: false,
      autoIndex: false,
      bufferCommands: false,
      // An answer to a client is a promise: it must survive the loss of the primary.
      writeConcern: { w: 'majority', journal: true },
      heartbeatFrequencyMS: HEARTBEAT_MS,
      connectTimeoutMS: timeoutMs,
      serverSelectionTimeoutMS: timeoutMs,
      socketTimeoutMS: timeoutMs,
      waitQueueTimeoutMS: timeoutMs,
    });
    // Every operation reports its own failure; without a listener the event would end the process.
    connection.on('error', () => undefined);
    try {
      await connection.asPromise();
    } catch (error) {
      await connection.destroy(true);
      throw storeError(error);
    }
    const client = connection.getClient();
    new StuckConnections(client);
    return new Database(connection, timeoutMs, new Outage(client, timeoutMs));
  }

  model<T>(name: string, schema: Schema<T>): Model<T> {
    return this.connection.model<T>(name, schema);
  }

  bucket(bucketName: string): mongo.GridFSBucket {
    return new mongo.GridFSBucket(this.native, { bucketName });
  }

  collection<T extends mongo.BSON.Document>(name: string): mongo.Collection<T> {
    return this.native.collection<T>(name);
  }

  /** Builds the indexes of all models; those that exist stay as they are. */
  async createIndexes(): Promise<void> {
    for (const name of this.connection.modelNames()) await this.connection.model(name).createIndexes();
  }

  /**
   * Runs one operation, bounded in time; in an outage it is not tried.
   * @throws StoreUnavailable when the database does not answer, or not in time; other errors as they are
   */
  async run<T>(operation: () => Promise<T>): Promise<T> {
    if (this.outage.lasts) {
      throw new StoreUnavailable({ cause: new Error(`No server for more than ${this.timeoutMs} ms`) });
    }
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new StoreUnavailable({ cause: new Error(`No answer within ${this.timeoutMs} ms`) }));
      }, this.timeoutMs);
    });
    try {
      return await Promise.race([operation(), timeout]);
    } catch (error) {
      throw storeError(error);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Whether the database answers within 2 s. */
  async ping(): Promise<boolean> {
    const giveUp = new AbortController();
    try {
      const answer = this.native.command({ ping: 1 }).then(() => true);
      return await Promise.race([answer, delay(2000, false, { signal: giveUp.signal })]);
    } catch {
      return false; // the question was whether it answers, and it does not
    } finally {
      giveUp.abort();
    }
  }

  /** Ends the connection for good. */
  close(): Promise<void> {
    return this.connection.destroy();
  }

  private get native(): mongo.Db {
    const { db } = this.connection;
    if (db === undefined) throw new StoreUnavailable({ cause: new Error('The connection is closed') });
    return db;
  }
}
