import rhea, { type Message } from 'rhea';
import { InvalidMailboxMessage } from './errors.js';
import { type MailboxMessage } from './mailbox-broker.js';

/** AMQP 0.9.1 short strings end here, and RabbitMQ 3.x keeps a message id in one: a longer id kills its session. */
const MAX_ID_BYTES = 255;
/** Larger bodies go through the store (contract of `MailboxMessage.body`). */
const MAX_BODY_BYTES = 1024 * 1024;
/** AMQP 1.0 §3.2.6: type code of a body made of `data` sections. */
const DATA_SECTION = 0x75;

/** @throws InvalidMailboxMessage when the id is not 1 to 255 bytes of well-formed text or the body exceeds 1 MiB. */
export function assertMailboxMessage({ id, body }: MailboxMessage): void {
  const bytes = Buffer.byteLength(id);
  if (bytes < 1 || bytes > MAX_ID_BYTES) throw new InvalidMailboxMessage(`an id of ${bytes} bytes (1 to 255 allowed)`);
  if (/\p{Surrogate}/u.test(id)) throw new InvalidMailboxMessage('an id with half a surrogate pair');
  if (body.length > MAX_BODY_BYTES) throw new InvalidMailboxMessage(`a body of ${body.length} bytes (1 MiB allowed)`);
}

/** A durable AMQP message; `routing` is what the broker's dialect needs to find the mailbox. */
export function encodeMessage(
  message: MailboxMessage,
  routing: { readonly to?: string; readonly subject?: string },
): Message {
  const body: unknown = rhea.message.data_section(message.body);
  return { ...routing, durable: true, message_id: message.id, body };
}

/** The reverse. Undefined for what another program put into the mailbox and cannot be a message of ours. */
export function decodeMessage(message: Message): MailboxMessage | undefined {
  const id: unknown = message.message_id;
  const body = bytesOf(message.body);
  return typeof id === 'string' && body ? { id, body } : undefined;
}

function bytesOf(body: unknown): Buffer | undefined {
  if (Buffer.isBuffer(body)) return body;
  if (typeof body !== 'object' || body === null) return undefined;
  const { typecode, content } = body as { typecode?: unknown; content?: unknown };
  if (typecode !== DATA_SECTION) return undefined;
  const parts: unknown[] = Array.isArray(content) ? content : [content];
  return parts.every((part) => Buffer.isBuffer(part)) ? Buffer.concat(parts) : undefined;
}
