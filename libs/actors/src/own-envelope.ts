import { Envelope } from './envelope.js';

/** Sent by an actor to itself. There are no more of these than timers and promises, so a full mailbox does not drop them. */
export abstract class OwnEnvelope extends Envelope {}
