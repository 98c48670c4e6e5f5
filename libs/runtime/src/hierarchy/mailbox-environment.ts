import type { Ref } from '@abaco/actors';
import type { ExecutionsUnderWay } from '../execution/executions-under-way.js';
import type { RuntimeServices } from '../runtime-services.js';
import type { ClientsMessage } from './clients-actor.js';
import type { HostHold } from './host-hold.js';
import type { HostMessage } from './host-protocol.js';
import type { WorkerCommands } from './worker-commands.js';
import type { WorkersHere } from './workers-here.js';

/** What the mailboxes of a process share. */
export interface MailboxEnvironment {
  readonly services: RuntimeServices;
  readonly host: Ref<HostMessage>;
  readonly hold: HostHold;
  /** The way to other hosts. */
  readonly commands: WorkerCommands;
  /** Where workers get their OAuth clients. */
  readonly clients: Ref<ClientsMessage>;
  readonly underWay: ExecutionsUnderWay;
  readonly workers: WorkersHere;
}
