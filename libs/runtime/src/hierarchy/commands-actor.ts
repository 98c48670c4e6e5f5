import type { ActorContext, BehaviorObject, Ref } from '@abaco/actors';
import type { Delivery, MailboxConsumer } from '@abaco/mailbox';
import type { RuntimeServices } from '../runtime-services.js';
import { actorAddress } from './actor-address.js';
import type { HostMessage, Placement } from './host-protocol.js';
import type { TenantsMessage } from './tenants-supervisor.js';
import { commandChannel, decodeCommand, type WorkerCommand } from './worker-command.js';
import type { WorkerCommands } from './worker-commands.js';

export type CommandsMessage =
  | { readonly type: 'attached'; readonly queue: string; readonly consumer: MailboxConsumer }
  | { readonly type: 'attach'; readonly queue: string }
  | { readonly type: 'delivery'; readonly queue: string; readonly delivery: Delivery }
  | {
      readonly type: 'judged';
      readonly queue: string;
      readonly delivery: Delivery;
      readonly command: WorkerCommand;
      readonly placement: Placement;
    }
  | { readonly type: 'next'; readonly queue: string };

/** A host without room looks at one command in so many milliseconds: it may be of a tenant that others must make room for. */
const LOOK_WHEN_FULL_MS = 250;
/** A command that so many hosts had no room for is dropped: who wants the worker asks again. */
const MAX_PASSES = 100;
/** The broker was away when this host wanted to hear commands: it tries again after this, milliseconds. */
const ATTACH_AGAIN_MS = 1_000;
/** The supervisor of the host answers at once, milliseconds. */
const HOST_DEADLINE_MS = 5_000;
/** Workers that a user asks for are asked for within this time, milliseconds. */
const ENSURE_DEADLINE_MS = 30_000;

/**
 * `/system/commands`: takes commands for the queues of this host, one at a time and only with room for them (contract 1.5, 5.2),
 * and wakes the mailbox of the actor, which starts the worker here.
 */
export class CommandsActor implements BehaviorObject<CommandsMessage> {
  private readonly consumers = new Map<string, MailboxConsumer>();

  constructor(
    private readonly services: RuntimeServices,
    private readonly commands: WorkerCommands,
    private readonly host: Ref<HostMessage>,
    private readonly tenants: Ref<TenantsMessage>,
    private readonly context: ActorContext<CommandsMessage>,
  ) {
    for (const queue of new Set(services.config.spawner.host_queues)) this.attach(queue);
  }

  receive = (message: CommandsMessage): void => {
    switch (message.type) {
      case 'attach':
        this.attach(message.queue);
        break;
      case 'attached':
        this.consumers.set(message.queue, message.consumer);
        message.consumer.request(1);
        break;
      case 'delivery':
        this.judge(message.queue, message.delivery);
        break;
      case 'judged':
        this.carryOut(message.queue, message.delivery, message.command, message.placement);
        break;
      case 'next':
        this.consumers.get(message.queue)?.request(1);
        break;
      default:
        message satisfies never;
    }
  };

  async postStop(): Promise<void> {
    await Promise.all([...this.consumers.values()].map((consumer) => consumer.close()));
  }

  private attach(queue: string): void {
    const { self, signal } = this.context;
    const consuming = this.services.broker.consume(commandChannel(queue), (delivery) =>
      self.tell({ type: 'delivery', queue, delivery }),
    );
    consuming.then(
      async (consumer) => {
        if (signal.aborted) await consumer.close();
        else self.tell({ type: 'attached', queue, consumer });
      },
      (error: unknown) => {
        if (signal.aborted) return;
        this.services.logger.warn({ queue, err: error }, 'Commands for this host cannot be heard; it is tried again');
        this.context.schedule(ATTACH_AGAIN_MS, { type: 'attach', queue }, `attach ${queue}`);
      },
    );
  }

  private judge(queue: string, delivery: Delivery): void {
    const command = decodeCommand(delivery.message.body);
    if (!command) {
      delivery.reject();
      this.next(queue);
      return;
    }
    const { tenant } = actorAddress(command.actor);
    const asking = this.host.ask<Placement>((replyTo) => ({ type: 'place', tenant, replyTo }), {
      deadlineMs: HOST_DEADLINE_MS,
    });
    this.context.pipeToSelf(asking, (outcome) => ({
      type: 'judged',
      queue,
      delivery,
      command,
      placement: outcome.ok ? outcome.value : 'none',
    }));
  }

  private carryOut(queue: string, delivery: Delivery, command: WorkerCommand, placement: Placement): void {
    if (placement === 'none') {
      void this.passOn(queue, delivery, command);
    } else {
      delivery.accept();
      this.wake(command);
    }
    if (placement === 'room') this.next(queue);
    else this.context.schedule(LOOK_WHEN_FULL_MS, { type: 'next', queue }, queue);
  }

  private async passOn(queue: string, delivery: Delivery, command: WorkerCommand): Promise<void> {
    try {
      if (command.passes < MAX_PASSES) await this.commands.passOn(queue, command);
      delivery.accept();
    } catch {
      delivery.release(); // the broker is away: the command is there when it is back
    }
  }

  private wake(command: WorkerCommand): void {
    const { tenant, actor } = actorAddress(command.actor);
    if (command.type === 'start') {
      this.tenants.tell({ type: 'to-actor', tenant, actor, command: { type: 'worker-wanted', first: command.first } });
      return;
    }
    this.tenants
      .ask<unknown>(
        (replyTo) => ({
          type: 'to-actor',
          tenant,
          actor,
          command: { type: 'ensure-workers', count: command.count, replyTo },
        }),
        { deadlineMs: ENSURE_DEADLINE_MS },
      )
      .catch((error: unknown) =>
        this.services.logger.warn({ actor: command.actor, err: error }, 'Workers that were asked for are not started'),
      );
  }

  private next(queue: string): void {
    this.consumers.get(queue)?.request(1);
  }
}
