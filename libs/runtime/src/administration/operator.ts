import { mongoUri } from '@abaco/config';
import { Store } from '@abaco/store';
import type { AbacoOptions } from '../abaco-options.js';
import { deleteAllClients, deleteStrayClients } from '../clients/client-sweep.js';
import { openSecrets, ServiceNotConfigured } from '../connect-services.js';
import { silentLogger } from '../logger.js';
import { Administration, type ExecutionsReport } from './administration.js';
import { stopWorkers, type StoppedWorkers } from './stop-workers.js';

export type OperatorOptions = Pick<AbacoOptions, 'config' | 'storeUri' | 'secretKeyFile' | 'logger'>;

/** Clients that were deleted at authorization servers, and those on record that were not. */
export interface DeletedClients {
  readonly deleted: number;
  readonly left: number;
}

/** What operators do beside servers that run, or without any (contract 5.9, 5.10). */
export class Operator {
  private constructor(
    private readonly options: OperatorOptions,
    private readonly store: Store,
  ) {}

  /** @throws ServiceNotConfigured, StoreUnavailable */
  static async connect(options: OperatorOptions): Promise<Operator> {
    const storeUri = options.storeUri ?? mongoUri(options.config.store);
    if (!storeUri) throw new ServiceNotConfigured('store', 'store.mongo_host');
    return new Operator(options, await Store.connect(storeUri));
  }

  /** Of all tenants, whatever `web.admin_scope` says. */
  report(): Promise<ExecutionsReport> {
    return new Administration({ config: this.options.config, store: this.store }).executionsOf(undefined);
  }

  /** @param waitMs how long to wait until they are gone */
  stopWorkers(waitMs: number): Promise<StoppedWorkers> {
    return stopWorkers(this.store, waitMs);
  }

  /** Those of living workers, too, which get new ones. @throws InvalidEncryptionKey */
  async deleteClients(): Promise<DeletedClients> {
    const { config, logger = silentLogger } = this.options;
    const services = { config, store: this.store, secrets: openSecrets(this.options), logger };
    const deleted = (await deleteAllClients(services)) + (await deleteStrayClients(services));
    return { deleted, left: await this.store.clients.countAll() };
  }

  close(): Promise<void> {
    return this.store.close();
  }
}
