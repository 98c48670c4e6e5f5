/** RabbitMQ declares queue names as short strings of at most 255 bytes; the same limit holds here. */
const MAX_NAME_BYTES = 255;

const QUEUES = '/queues/';

/** What a path of the address format v2 of RabbitMQ 4 names: a queue, or the messages of one (management only). */
export interface QueuePath {
  readonly queue: string;
  readonly messages: boolean;
}

/**
 * Parses `/queues/<percent-encoded name>` and `/queues/<percent-encoded name>/messages`.
 * @returns undefined for anything else, such as a bad escape, an empty name or one of more than 255 bytes.
 */
export function parseQueuePath(path: unknown): QueuePath | undefined {
  if (typeof path !== 'string' || !path.startsWith(QUEUES)) return undefined;
  const [encoded = '', suffix, ...rest] = path.slice(QUEUES.length).split('/');
  if ((suffix !== undefined && suffix !== 'messages') || rest.length > 0) return undefined;
  const queue = decode(encoded);
  if (!queue || Buffer.byteLength(queue) > MAX_NAME_BYTES || queue.includes('\0')) return undefined;
  return { queue, messages: suffix === 'messages' };
}

/** Parses an address of messages or links: `/queues/<percent-encoded name>`. @returns the name, else undefined. */
export function parseQueueAddress(address: unknown): string | undefined {
  const path = parseQueuePath(address);
  return path && !path.messages ? path.queue : undefined;
}

/** `/queues/<percent-encoded name>`: where messages for the queue are sent to and received from. */
export function queueAddress(name: string): string {
  return QUEUES + encodeURIComponent(name);
}

function decode(encoded: string): string | undefined {
  try {
    return decodeURIComponent(encoded);
  } catch {
    // A bad escape: no queue can have that name.
    return undefined;
  }
}
