import { type Session } from 'rhea';
import { type AmqpConnection } from './amqp-connection.js';

/** Few, because one delivery that is held long stalls its session in the end; RabbitMQ 4 allows 256. */
export const LINKS_PER_SESSION = 50;

interface Slots {
  readonly session: Promise<Session>;
  links: number;
}

/** A place for one link in a session. */
export interface LinkSlot {
  readonly session: Promise<Session>;
  free(): void;
}

/** The sessions of one connection, opened as links need them. */
export class LinkSlots {
  private readonly sessions: Slots[] = [];

  constructor(private readonly connection: Pick<AmqpConnection, 'openSession'>) {}

  take(): LinkSlot {
    let slots = this.sessions.find(({ links }) => links < LINKS_PER_SESSION);
    if (!slots) {
      slots = { session: this.connection.openSession(), links: 0 };
      this.sessions.push(slots);
    }
    const taken = slots;
    taken.links++;
    return { session: taken.session, free: () => taken.links-- };
  }
}
