import { ActorRepository } from './actor-repository.js';
import { AliasRepository } from './alias-repository.js';
import { BodyStore } from './body-store.js';
import { ClientRepository } from './client-repository.js';
import { ConfigRepository } from './config-repository.js';
import { Database } from './database.js';
import { EventRepository } from './event-repository.js';
import { ExecutionRepository } from './execution-repository.js';
import { storeError } from './failures.js';
import { HostRepository } from './host-repository.js';
import { ImageRepository } from './image-repository.js';
import { LogRepository } from './log-repository.js';
import { NonceRepository } from './nonce-repository.js';
import { ResultRepository } from './result-repository.js';
import { RetiredMailboxRepository } from './retired-mailbox-repository.js';
import { SearchRepository } from './search/search-repository.js';
import { StatisticsRepository } from './statistics-repository.js';
import { WorkerRepository } from './worker-repository.js';

/** Milliseconds that one operation may take. */
const DEFAULT_TIMEOUT_MS = 10_000;

/** One mongoose connection with all repositories on it. */
export class Store {
  readonly actors: ActorRepository;
  readonly aliases: AliasRepository;
  readonly clients: ClientRepository;
  readonly configs: ConfigRepository;
  readonly nonces: NonceRepository;
  readonly events: EventRepository;
  readonly executions: ExecutionRepository;
  readonly workers: WorkerRepository;
  readonly hosts: HostRepository;
  readonly images: ImageRepository;
  readonly logs: LogRepository;
  readonly results: ResultRepository;
  readonly retiredMailboxes: RetiredMailboxRepository;
  readonly search: SearchRepository;
  readonly statistics: StatisticsRepository;
  readonly bodies: BodyStore;

  private constructor(private readonly database: Database) {
    this.actors = new ActorRepository(database);
    this.aliases = new AliasRepository(database);
    this.clients = new ClientRepository(database);
    this.configs = new ConfigRepository(database);
    this.nonces = new NonceRepository(database);
    this.events = new EventRepository(database);
    this.executions = new ExecutionRepository(database);
    this.workers = new WorkerRepository(database);
    this.hosts = new HostRepository(database);
    this.images = new ImageRepository(database);
    this.logs = new LogRepository(database);
    this.results = new ResultRepository(database);
    this.retiredMailboxes = new RetiredMailboxRepository(database);
    this.search = new SearchRepository(database);
    this.statistics = new StatisticsRepository(database);
    this.bodies = new BodyStore(database);
  }

  /**
   * Connects and builds the indexes. Every operation afterwards is bounded (default 10 s) and throws `StoreUnavailable`
   * when the database does not answer.
   * @param uri `mongodb://host:port/db` or `mongodb://%2Fpath%2Fto%2Fsocket/db`
   * @throws StoreUnavailable when there is no database at `uri`
   */
  static async connect(uri: string, options: { timeoutMs?: number } = {}): Promise<Store> {
    const database = await Database.connect(uri, options.timeoutMs ?? DEFAULT_TIMEOUT_MS);
    const store = new Store(database);
    try {
      await database.createIndexes();
      await store.bodies.createIndexes();
      await store.actors.addMissingPermissions();
    } catch (error) {
      await database.close();
      throw storeError(error);
    }
    return store;
  }

  /** Whether the database answers now, within 2 s. Never throws. */
  ping(): Promise<boolean> {
    return this.database.ping();
  }

  close(): Promise<void> {
    return this.database.close();
  }
}
