import { newId, ServiceUnavailable } from '@abaco/contract';
import type { ActorRecord } from '@abaco/store';
import type { RuntimeServices } from '../runtime-services.js';
import { CommandBacklog } from './command-backlog.js';
import { commandChannel, encodeCommand, type WorkerCommand } from './worker-command.js';

/** Whose queue says which hosts may run its workers. */
export type WantingActor = Pick<ActorRecord, '_id' | 'queue'>;

/** So many times `spawner.max_cmd_length` may wait in all, so that an actor without any worker is heard behind those that want more. */
const RESERVED_FOR_FIRST = 10;

/** Asks the hosts of a queue for workers: whichever has room takes the command. */
export class WorkerCommands {
  private readonly backlogs = new Map<string, CommandBacklog>();

  constructor(private readonly services: Pick<RuntimeServices, 'broker' | 'config' | 'logger'>) {}

  /**
   * Asks for one more worker. Returns at once; nobody learns whether it is carried out, so whoever wants the worker looks for it
   * and asks again.
   * @param only the actor has no worker, and no other was asked for
   * @param first see {@link WorkerCommand}
   * @returns false when too many commands wait: ask later
   */
  start(actor: WantingActor, { only, first = false }: { only: boolean; first?: boolean }): boolean {
    const limit = this.services.config.spawner.max_cmd_length;
    const backlog = this.backlogOf(actor.queue);
    if (!backlog.admits(only ? limit * RESERVED_FOR_FIRST : limit)) return false;
    backlog.added();
    this.publish(actor.queue, { type: 'start', actor: actor._id, first, passes: 0 }).catch((error: unknown) =>
      this.services.logger.debug(
        { actor: actor._id, err: error },
        'A worker could not be asked for; it is tried again',
      ),
    );
    return true;
  }

  /** Asks for workers up to `count`. @throws ServiceUnavailable when that was not stored */
  async ensure(actor: WantingActor, count: number): Promise<void> {
    try {
      await this.publish(actor.queue, { type: 'ensure', actor: actor._id, count, passes: 0 });
    } catch (error) {
      throw new ServiceUnavailable('The message broker does not answer: no worker was asked for. Try again later.', {
        cause: error,
      });
    }
  }

  /** Hands a command on to the other hosts, behind what waits. @throws BrokerUnavailable */
  async passOn(queue: string, command: WorkerCommand): Promise<void> {
    await this.publish(queue, { ...command, passes: command.passes + 1 });
  }

  private async publish(queue: string, command: WorkerCommand): Promise<void> {
    await this.services.broker.publish(commandChannel(queue), { id: newId(), body: encodeCommand(command) });
  }

  private backlogOf(queue: string): CommandBacklog {
    let backlog = this.backlogs.get(queue);
    if (!backlog) {
      backlog = new CommandBacklog(() => this.services.broker.depth(commandChannel(queue)));
      this.backlogs.set(queue, backlog);
    }
    return backlog;
  }
}
