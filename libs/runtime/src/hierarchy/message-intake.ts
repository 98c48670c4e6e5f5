import type { Ref } from '@abaco/actors';
import { redrive } from '../dead-letters/redrive.js';
import { ActorNotFound, MessageNotAccepted } from '../errors.js';
import type { RuntimeServices } from '../runtime-services.js';
import { InFlight } from './in-flight.js';
import type { KnownActor } from './known-actor.js';
import type { MailboxCommand, MailboxMessage } from './mailbox-protocol.js';
import { discard, MessageAcceptor } from './message-acceptor.js';
import { purgeMailbox } from './purge-mailbox.js';

/** Messages of one actor on their way to store and broker at a time; more are refused with 503. */
const MAX_IN_FLIGHT = 2_000;

type Command<T extends MailboxCommand['type']> = Extract<MailboxCommand, { type: T }>;

/** Brings messages into the durable mailbox, many at a time, and drops them, and answers those who asked for it. Belongs to one mailbox. */
export class MessageIntake {
  private readonly inFlight = new InFlight();
  private readonly acceptor: MessageAcceptor;

  constructor(
    private readonly actor: KnownActor,
    private readonly services: RuntimeServices,
    private readonly mailbox: Ref<MailboxMessage>,
  ) {
    this.acceptor = new MessageAcceptor(services);
  }

  get isIdle(): boolean {
    return this.inFlight.size === 0;
  }

  /** @returns false when it was refused at once */
  send({ caller, message, replyTo }: Command<'send'>): boolean {
    const { record } = this.actor;
    if (this.actor.isDeleted) {
      replyTo.fail(new ActorNotFound(record.id));
      return false;
    }
    if (this.inFlight.size >= MAX_IN_FLIGHT) {
      replyTo.fail(
        new MessageNotAccepted(
          `More than ${MAX_IN_FLIGHT} messages are being accepted for this actor. Try again later.`,
        ),
      );
      return false;
    }
    let isRecorded = false;
    const onRecorded = (): void => {
      isRecorded = true;
      this.mailbox.tell({ type: 'message-recorded' });
    };
    const accepting = this.services.quotas
      .send(caller, record.tenant, () => this.acceptor.accept(record, caller, message, onRecorded))
      .catch((error: unknown) => {
        discard(message);
        throw error;
      })
      .then((execution) => ({ execution, owner: record.owner }));
    this.inFlight.track(accepting, replyTo, {
      success: () => this.mailbox.tell({ type: 'accept-ended', refused: false }),
      failure: () => this.mailbox.tell({ type: 'accept-ended', refused: isRecorded }),
    });
    return true;
  }

  /** Sends dead letters again. @returns false when it was refused at once */
  redrive({ caller, execution, replyTo }: Command<'redrive'>): boolean {
    const { record } = this.actor;
    if (this.actor.isDeleted) {
      replyTo.fail(new ActorNotFound(record.id));
      return false;
    }
    this.inFlight.track(redrive(this.services, record, caller, execution), replyTo, {
      success: ({ redriven }) =>
        this.mailbox.tell({ type: 'retries-offered', offered: redriven.length, nextMs: undefined }),
      failure: () => this.mailbox.tell({ type: 'wake' }), // some may have been sent
    });
    return true;
  }

  /** Drops what waits, which may take a while: messages that come meanwhile are taken, and may be dropped as well. */
  purge({ replyTo }: Command<'purge'>): void {
    const { _id, owner } = this.actor.record;
    const purging = purgeMailbox(this.services, _id).then((dropped) => ({ dropped, owner }));
    const learn = (): void => this.mailbox.tell({ type: 'wake' }); // how many are left
    this.inFlight.track(purging, replyTo, { success: learn, failure: learn });
  }

  /** Resolves when everything that is under way now has its answer. */
  async settled(): Promise<void> {
    await this.inFlight.settled();
  }
}
