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
      /** It has been held here. */
      readonly again: boolean;
    }
  | { readonly type: 'held'; readonly queue: string; readonly delivery: Delivery; readonly command: WorkerCommand }
  | { readonly type: 'next'; readonly queue: string };

/** A host on which others must make room for a worker looks at no further command for so long, milliseconds. */
const LOOK_WHEN_SHARED_MS = 250;
/** A new command goes round at once; one that so many hosts had no room for is held for {@link HOLD_MS} before it goes on. */
const QUICK_PASSES = 4;
/** Milliseconds. */
const HOLD_MS = 1_000;
/** So many commands are held at a time, each for another actor; meanwhile the next ones are looked at. */
const MAX_HELD = 8;
/** A command that so many hosts had no room for is dropped: who wants the worker asks again. */
const MAX_PASSES = 100;
/** The broker was away when this host wanted to hear commands: it tries again after this, milliseconds. */
const ATTACH_AGAIN_MS = 1_000;
/** The supervisor of the host answers at once, milliseconds. */
const HOST_DEADLINE_MS = 5_000;
/** Workers that a user asks for are asked for within this time, milliseconds. */
const ENSURE_DEADLINE_MS = 30_000;

type Judged = Extract<CommandsMessage, { type: 'judged' }>;

/** What a command asks for: equal ones are held once. */
const wish = (queue: string, command: WorkerCommand): string => JSON.stringify([queue, { ...command, passes: 0 }]);

/**
 * `/system/commands`: takes commands for the queues of this host, one at a time and only with room for them (contract 1.5, 5.2),
 * and wakes the mailbox of the actor, which starts the worker here.
 */
export class CommandsActor implements BehaviorObject<CommandsMessage> {
  private readonly consumers = new Map<string, MailboxConsumer>();
  /** Commands by what they ask for. */
  private readonly held = new Set<string>();
  /** Queues that are not looked at because so many commands are held. */
  private readonly full = new Set<string>();

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
        this.onDelivery(message.queue, message.delivery);
        break;
      case 'judged':
        this.carryOut(message);
        break;
      case 'held':
        this.onHeld(message);
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

  private onDelivery(queue: string, delivery: Delivery): void {
    const command = decodeCommand(delivery.message.body);
    if (command) {
      this.judge(queue, delivery, command, false);
      return;
    }
    delivery.reject();
    this.next(queue);
  }

  private judge(queue: string, delivery: Delivery, command: WorkerCommand, again: boolean): void {
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
      again,
    }));
  }

  private carryOut({ queue, delivery, command, placement, again }: Judged): void {
    if (placement !== 'none') {
      delivery.accept();
      this.wake(command);
    } else if (again || command.passes < QUICK_PASSES) {
      void this.passOn(queue, delivery, command);
    } else if (this.held.has(wish(queue, command))) {
      delivery.accept(); // the one that is held stands for both: a mailbox that is woken sees all that wait
    } else {
      this.hold(queue, delivery, command);
      return;
    }
    if (again) return;
    if (placement === 'share') this.context.schedule(LOOK_WHEN_SHARED_MS, { type: 'next', queue }, queue);
    else this.next(queue);
  }

  /** Others behind it are looked at meanwhile: they may be of a tenant that there is room for. */
  private hold(queue: string, delivery: Delivery, command: WorkerCommand): void {
    this.held.add(wish(queue, command));
    if (this.held.size < MAX_HELD) this.next(queue);
    else this.full.add(queue);
    this.context.schedule(HOLD_MS, { type: 'held', queue, delivery, command });
  }

  private onHeld({ queue, delivery, command }: Extract<CommandsMessage, { type: 'held' }>): void {
    this.held.delete(wish(queue, command));
    for (const each of this.full) this.next(each);
    this.full.clear();
    this.judge(queue, delivery, command, true);
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
