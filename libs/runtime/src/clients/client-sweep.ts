import { tenantConfig } from '@abaco/config';
import { isHashId, type TenantId } from '@abaco/contract';
import type { RuntimeServices } from '../runtime-services.js';
import { AuthorizationServer } from './authorization-server.js';
import { serverOptions } from './server-of-tenant.js';
import { WorkerClients } from './worker-clients.js';

type Services = Pick<RuntimeServices, 'config' | 'store' | 'secrets' | 'logger'>;

/** Workers that are looked up at a time. */
const PAGE = 500;

/** Deletes the clients on record whose worker is gone. @returns how many */
export async function deleteAbandonedClients(
  services: Services,
  clients = new WorkerClients(services),
): Promise<number> {
  let deleted = 0;
  for (const page of pagesOf(await services.store.clients.listAll())) {
    const living = await services.store.workers.living(page.map(({ worker_id }) => worker_id));
    for (const { tenant, worker_id: worker } of page) {
      if (living.has(worker)) continue;
      if (await tried(services, { tenant, worker }, () => clients.delete({ tenant, worker }))) deleted++;
    }
  }
  return deleted;
}

/** Deletes all clients on record. @returns how many */
export async function deleteAllClients(services: Services): Promise<number> {
  const clients = new WorkerClients(services);
  let deleted = 0;
  for (const { tenant, worker_id: worker } of await services.store.clients.listAll()) {
    if (await tried(services, { tenant, worker }, () => clients.delete({ tenant, worker }))) deleted++;
  }
  return deleted;
}

/**
 * Deletes the clients at the authorization servers that are named like a worker and have none (contract 7, step 7): what was made and
 * never got on record. Servers are asked once for each account. @returns how many
 */
export async function deleteStrayClients(services: Services): Promise<number> {
  let deleted = 0;
  for (const [tenant, server] of serversInUse(services)) {
    await tried(services, { tenant }, async () => {
      // listed before the workers are looked up: a worker is on record before its client is made
      const names = (await server.listClients()).filter(isHashId);
      for (const page of pagesOf(names)) {
        const living = await services.store.workers.living(page);
        for (const worker of page) {
          if (living.has(worker)) continue;
          if (await tried(services, { tenant, worker }, () => server.deleteClient(worker))) deleted++;
        }
      }
    });
  }
  return deleted;
}

function serversInUse({ config }: Services): [TenantId, AuthorizationServer][] {
  const found = new Map<string, [TenantId, AuthorizationServer]>();
  for (const tenant of new Set([config.web.tenant_name, ...Object.keys(config.tenants)]) as Set<TenantId>) {
    const options = tenantConfig(config, tenant).generate_clients ? serverOptions(config, tenant) : undefined;
    if (options) found.set(JSON.stringify([options.url, options.username]), [tenant, new AuthorizationServer(options)]);
  }
  return [...found.values()];
}

/** What fails is tried again by the next sweep. */
async function tried({ logger }: Services, about: object, work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    logger.warn({ ...about, err: error }, 'OAuth clients could not be cleaned up; it is tried again');
    return false;
  }
}

function pagesOf<T>(items: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(items.length / PAGE) }, (_, page) =>
    items.slice(page * PAGE, (page + 1) * PAGE),
  );
}
