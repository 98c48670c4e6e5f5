import { createHash, randomUUID } from 'node:crypto';
import { EventStream } from '@abaco/actors';
import { mongoUri } from '@abaco/config';
import type { HostId } from '@abaco/contract';
import {
  DockerEngine,
  EngineUnavailable,
  findEngine,
  FunctionEngine,
  FunctionRegistry,
  RoutingEngine,
  type ExecutionEngine,
} from '@abaco/engine';
import { createMailboxBroker, type MailboxBroker } from '@abaco/mailbox';
import { Secrets } from '@abaco/secrets';
import { Store } from '@abaco/store';
import type { AbacoOptions } from './abaco-options.js';
import { TasDirectory } from './host-access/tas-directory.js';
import { isComputeHost } from './hierarchy/compute-host.js';
import { ImageSupply } from './images/image-supply.js';
import { noTokens } from './execution/access-token.js';
import { moduleLogger, silentLogger, type Logger } from './logger.js';
import { Quotas } from './quotas/quotas.js';
import type { RuntimeServices } from './runtime-services.js';
import { noTelemetry } from './telemetry/telemetry.js';

/** The embedding application must name a store and a broker, since the runtime brings none of its own. */
export class ServiceNotConfigured extends Error {
  constructor(what: string, option: string) {
    super(`No ${what} is configured. Set ${option}, or give one in the options of AbacoModule.`);
  }
}

/**
 * Connects everything the hierarchy works with. What was connected is closed again when a later part fails.
 * @throws ServiceNotConfigured, StoreUnavailable, EngineUnavailable, InvalidEncryptionKey, FunctionRefused,
 * InvalidRegistryAccount
 */
export async function connectServices(options: AbacoOptions): Promise<RuntimeServices> {
  const { config, logger = silentLogger, telemetry = noTelemetry } = options;
  const storeUri = options.storeUri ?? mongoUri(config.store);
  if (!storeUri) throw new ServiceNotConfigured('store', 'store.mongo_host');
  const secrets = openSecrets(options);
  const broker = options.broker ?? configuredBroker(options, moduleLogger(logger, 'broker'));
  const functions = new FunctionRegistry(options.functions);
  const engine = await openEngine(options, functions, moduleLogger(logger, 'engine'));
  try {
    const { location } = await engine.info();
    const store = await Store.connect(storeUri);
    const hostId = hostIdOf(options);
    return {
      config,
      store,
      quotas: new Quotas(config, store),
      secrets,
      tokens: options.tokens ?? noTokens,
      broker,
      engine,
      directory: options.directory ?? new TasDirectory(config.tas, moduleLogger(logger, 'workers')),
      functions,
      images: new ImageSupply({
        config,
        store,
        engine,
        hostId,
        logger: moduleLogger(logger, 'images'),
        telemetry,
      }),
      engineLocation: location,
      hostId,
      instance: instanceOf(storeUri, hostId),
      logger,
      telemetry,
      changes: new EventStream(),
      eventsDue: new EventStream(),
    };
  } catch (error) {
    await engine.close();
    throw error;
  }
}

/** @throws InvalidEncryptionKey */
export function openSecrets({ config, secretKeyFile }: Pick<AbacoOptions, 'config' | 'secretKeyFile'>): Secrets {
  const { encryption_keys: keys, encryption_key: fernetKey } = config.web;
  return Secrets.open({ keys, fernetKey, ...(secretKeyFile === undefined ? {} : { keyFile: secretKeyFile }) });
}

function configuredBroker({ config }: AbacoOptions, logger: Logger): MailboxBroker {
  const { uri, flavor, management_uri: managementUri } = config.rabbit;
  if (!uri) throw new ServiceNotConfigured('broker', 'rabbit.uri');
  return createMailboxBroker({ uri, flavor, ...(managementUri ? { managementUri } : {}), logger });
}

/** Functions of `@AbacoFunction` are registered later: whether there are any is not known yet. */
async function openEngine(
  options: AbacoOptions,
  functions: FunctionRegistry,
  logger: Logger,
): Promise<ExecutionEngine> {
  const inProcess = new FunctionEngine(functions, logger);
  if (options.engine === 'none' || !isComputeHost(options.config)) return inProcess;
  const containers = options.engine ?? (await configuredEngine(options, logger));
  return new RoutingEngine(containers, inProcess, functions);
}

async function configuredEngine({ config }: AbacoOptions, logger: Logger): Promise<ExecutionEngine> {
  const url = config.docker.dd || (await findEngine(process.env));
  const { socket_host_path_dir: socketDir, fifo_host_path_dir: fifoDir, capabilities } = config.workers;
  const security = { capabilities, noNewPrivileges: config.workers.no_new_privileges };
  try {
    return await DockerEngine.connect({ url, socketDir, fifoDir, ...security, logger });
  } catch (error) {
    if (!(error instanceof EngineUnavailable)) throw error;
    const remedy = 'Start the container engine, or set docker.dd (or DOCKER_HOST) to the URL of one that runs.';
    throw new EngineUnavailable(`${error.message} ${remedy}`, { cause: error });
  }
}

/** A process that is no compute host needs an own name only for its leases on deliveries of events. */
function hostIdOf({ config }: AbacoOptions): HostId {
  const { host_id: id } = config.spawner;
  return (isComputeHost(config) ? id : `${id}-api-${randomUUID().slice(0, 8)}`) as HostId;
}

/** The same after every restart, and different for any other installation or host that shares the container engine. */
function instanceOf(storeUri: string, hostId: HostId): string {
  return `${createHash('sha256').update(storeUri).digest('hex').slice(0, 12)}-${hostId}`;
}
