import type { ActorRepository } from './actor-repository.js';
import type { BodyStore } from './body-store.js';
import type { ExecutionRepository } from './execution-repository.js';
import type { HostRepository } from './host-repository.js';
import type { LogRepository } from './log-repository.js';
import type { ResultRepository } from './result-repository.js';
import type { WorkerRepository } from './worker-repository.js';

/** One mongoose connection with all repositories on it. */
export declare class Store {
  readonly actors: ActorRepository;
  readonly executions: ExecutionRepository;
  readonly workers: WorkerRepository;
  readonly hosts: HostRepository;
  readonly logs: LogRepository;
  readonly results: ResultRepository;
  readonly bodies: BodyStore;
  /**
   * Connects and builds the indexes. Every operation afterwards is bounded (default 10 s) and throws `StoreUnavailable`
   * when the database does not answer.
   * @param uri `mongodb://host:port/db` or `mongodb://%2Fpath%2Fto%2Fsocket/db`
   */
  static connect(uri: string, options?: { timeoutMs?: number }): Promise<Store>;
  /** Whether the database answers now. Never throws. */
  ping(): Promise<boolean>;
  close(): Promise<void>;
}
