/** Thrown when bytes are not a well-formed AMQP 1.0 message. */
export class MalformedMessage extends Error {
  constructor(reason: string) {
    super(`Malformed AMQP message: ${reason}.`);
    this.name = 'MalformedMessage';
  }
}
