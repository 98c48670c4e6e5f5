import type { EventStream } from '@abaco/actors';
import type { AbacoConfig } from '@abaco/config';
import type { HostId } from '@abaco/contract';
import type { ExecutionEngine, FunctionRegistry } from '@abaco/engine';
import type { MailboxBroker } from '@abaco/mailbox';
import type { Secrets } from '@abaco/secrets';
import type { Store } from '@abaco/store';
import type { DirectoryService } from './host-access/directory-service.js';
import type { TokenProvider } from './execution/access-token.js';
import type { Quotas } from './quotas/quotas.js';
import type { ImageSupply } from './images/image-supply.js';
import type { EventsDue } from './events/events-due.js';
import type { Logger } from './logger.js';
import type { Telemetry } from './telemetry/telemetry.js';
import type { ExecutionChange } from './watching/execution-change.js';

/** What every actor of the hierarchy works with. */
export interface RuntimeServices {
  readonly config: AbacoConfig;
  readonly store: Store;
  readonly quotas: Quotas;
  readonly secrets: Secrets;
  /** Access tokens of executions. */
  readonly tokens: TokenProvider;
  readonly broker: MailboxBroker;
  readonly engine: ExecutionEngine;
  /** Knows as whom containers run, with `workers.use_tas_uid`. */
  readonly directory: DirectoryService;
  /** What actors can run in this process instead of a container. */
  readonly functions: FunctionRegistry;
  readonly images: ImageSupply;
  /** Shown as `location` of the workers of this host. */
  readonly engineLocation: string;
  readonly hostId: HostId;
  /** Label of all containers of this installation and host: no other container is ever touched. */
  readonly instance: string;
  readonly logger: Logger;
  readonly telemetry: Telemetry;
  /** What this process has written of the executions that it runs. */
  readonly changes: EventStream<ExecutionChange>;
  /** Events that this process has just written, for {@link EventsActor}. */
  readonly eventsDue: EventStream<EventsDue>;
}
