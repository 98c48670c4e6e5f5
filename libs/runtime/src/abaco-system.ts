import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { ActorSystem, type Ref } from '@abaco/actors';
import type { LogModule } from '@abaco/config';
import { deleteAbandonedClients } from './clients/client-sweep.js';
import { ExecutionsUnderWay } from './execution/executions-under-way.js';
import { ClientsActor, type ClientsMessage } from './hierarchy/clients-actor.js';
import { CommandsActor, type CommandsMessage } from './hierarchy/commands-actor.js';
import { isComputeHost } from './hierarchy/compute-host.js';
import { CronActor } from './hierarchy/cron-actor.js';
import { EventsActor, type EventsMessage } from './hierarchy/events-actor.js';
import { HealthActor } from './hierarchy/health-actor.js';
import type { HostMessage } from './hierarchy/host-protocol.js';
import { HostHold } from './hierarchy/host-hold.js';
import { HOST_LEASE_MS, HostSupervisor } from './hierarchy/host-supervisor.js';
import { ImagesActor } from './hierarchy/images-actor.js';
import { NoHost } from './hierarchy/no-host.js';
import { recoverHost } from './hierarchy/recover-host.js';
import { registerHost } from './hierarchy/register-host.js';
import type { PassMessage } from './hierarchy/repeated-pass.js';
import { RequestsActor } from './hierarchy/requests-actor.js';
import { stopDeadlines, type StopDeadlines } from './hierarchy/stop-deadlines.js';
import { TenantsSupervisor, type TenantsMessage } from './hierarchy/tenants-supervisor.js';
import { WorkersHere } from './hierarchy/workers-here.js';
import { WorkerCommands } from './hierarchy/worker-commands.js';
import { moduleLogger } from './logger.js';
import type { RuntimeServices } from './runtime-services.js';
import { NonceVault } from './sharing/nonce-vault.js';
import { RUNTIME_SERVICES } from './tokens.js';

/** Milliseconds. */
const DELETE_CLIENTS_WITHIN_MS = 5_000;

/**
 * The supervised hierarchy of one process. Starts with the application and stops before its connections are closed; containers
 * that still run then are adopted at the next start.
 */
@Injectable()
export class AbacoSystem implements OnApplicationBootstrap, OnApplicationShutdown {
  private system: ActorSystem | undefined;
  private tenantsRef: Ref<TenantsMessage> | undefined;
  private hostRef: Ref<HostMessage> | undefined;
  private incarnation = '';

  constructor(@Inject(RUNTIME_SERVICES) private readonly services: RuntimeServices) {}

  /** `/system/tenants`: the way to every actor. @throws Error before the application has started */
  get tenants(): Ref<TenantsMessage> {
    return started(this.tenantsRef);
  }

  /** `/system/host`. @throws Error before the application has started */
  get host(): Ref<HostMessage> {
    return started(this.hostRef);
  }

  private get deadlines(): StopDeadlines {
    return stopDeadlines(this.services.config.workers.drain_seconds);
  }

  async onApplicationBootstrap(): Promise<void> {
    const { services } = this;
    const logging = (module: LogModule): RuntimeServices => ({
      ...services,
      logger: moduleLogger(services.logger, module),
    });
    await services.broker.open();
    await new NonceVault(services).protect();
    const computes = isComputeHost(services.config);
    if (computes) {
      this.incarnation = await registerHost(logging('host'));
      await recoverHost(logging('host'));
      await services.images.recover();
    }
    const hold = new HostHold(HOST_LEASE_MS, performance.now());
    const commands = new WorkerCommands(logging('host'));
    const system = new ActorSystem({
      name: 'system',
      observer: {
        deadLetter: ({ path, reason }) => {
          services.logger.debug({ path, reason }, 'Dead letter');
          services.telemetry.deadLetter?.(reason);
        },
        failed: ({ path, error, directive }) => {
          services.logger.warn({ path, directive, err: error }, 'An actor of the hierarchy failed');
          services.telemetry.actorFailed?.(directive);
        },
      },
    });
    const host = system.spawn<HostMessage>('host', (context) =>
      computes ? new HostSupervisor(logging('host'), this.incarnation, hold, commands, context) : new NoHost(),
    );
    const workers = new WorkersHere();
    const clients = system.spawn<ClientsMessage>('clients', (context) => new ClientsActor(logging('clients'), context));
    const tenants = system.spawn<TenantsMessage>(
      'tenants',
      (context) =>
        new TenantsSupervisor(
          {
            services: logging('workers'),
            host,
            hold,
            commands,
            clients,
            underWay: new ExecutionsUnderWay(),
            workers,
          },
          context,
        ),
      { mailboxCapacity: 1_000_000, stopDeadlineMs: this.deadlines.tenants },
    );
    system.spawn<PassMessage>('health', (context) => new HealthActor(logging('health'), tenants, workers, context));
    system.spawn<EventsMessage>('events', (context) => new EventsActor(logging('events'), tenants, context));
    system.spawn<PassMessage>('cron', (context) => new CronActor(logging('cron'), tenants, context));
    if (computes) {
      system.spawn<PassMessage>('images', (context) => new ImagesActor(logging('images'), context));
      system.spawn<PassMessage>('requests', (context) => new RequestsActor(logging('host'), tenants, context));
      system.spawn<CommandsMessage>(
        'commands',
        (context) => new CommandsActor(logging('host'), commands, host, tenants, context),
      );
    }
    this.system = system;
    this.tenantsRef = tenants;
    this.hostRef = host;
  }

  async onApplicationShutdown(): Promise<void> {
    const { store, broker, engine, hostId, logger } = this.services;
    await this.system?.stop(this.deadlines.system);
    await this.deleteClients();
    if (this.incarnation) {
      await store.hosts.leave(hostId, this.incarnation).catch((error: unknown) => {
        logger.warn({ err: error }, "The host's lease could not be ended; the next start waits for it");
      });
    }
    await broker.close();
    await engine.close();
    await store.close();
  }

  /** Of the workers that have just ended. What takes longer is left to the sweep of the next start. */
  private async deleteClients(): Promise<void> {
    const { logger } = this.services;
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<void>((resolve) => (timer = setTimeout(resolve, DELETE_CLIENTS_WITHIN_MS)));
    const deleted = deleteAbandonedClients(this.services).catch((error: unknown) =>
      logger.warn({ err: error }, 'OAuth clients are left to the next start'),
    );
    await Promise.race([deleted, deadline]).finally(() => clearTimeout(timer));
  }
}

function started<M>(ref: Ref<M> | undefined): Ref<M> {
  if (!ref) throw new Error('The hierarchy is started with the application: call app.init() or listen() first.');
  return ref;
}
