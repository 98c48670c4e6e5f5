import rhea, { type Typed } from 'rhea';
import type { MessageQueue } from './message-queue.js';
import { parseQueuePath, type QueuePath } from './queue-address.js';
import type { QueueRegistry } from './queue-registry.js';

/** A request of the management protocol of RabbitMQ 4: HTTP over AMQP. */
export interface ManagementRequest {
  /** HTTP method: the message's `subject`. */
  readonly method: unknown;
  /** Path: the message's `to`. */
  readonly path: unknown;
}

export interface ManagementResponse {
  /** HTTP status code: the message's `subject`. */
  readonly status: number;
  /** A map, or a string that explains an error. */
  readonly body: Record<string, Typed | string | boolean> | string;
}

/** The node `/management`: declares, describes, purges and deletes queues. */
export class ManagementNode {
  constructor(private readonly queues: QueueRegistry) {}

  /** Carries a request out. What it changed is durable when this resolves. */
  async handle({ method, path }: ManagementRequest): Promise<ManagementResponse> {
    const found = parseQueuePath(path);
    if (!found) return { status: 400, body: `no queue can be at path '${String(path)}'` };
    const operation = `${String(method)} ${found.messages ? 'messages' : 'queue'}`;
    switch (operation) {
      case 'PUT queue':
        return this.declare(found);
      case 'GET queue':
        return this.describe(found);
      case 'DELETE queue':
        return { status: 200, body: { message_count: ulong(await this.queues.delete(found.queue)) } };
      case 'DELETE messages':
        return this.purge(found);
      default:
        return { status: 405, body: `method ${String(method)} is not allowed here` };
    }
  }

  private async declare({ queue: name }: QueuePath): Promise<ManagementResponse> {
    const { queue, created } = await this.queues.declare(name);
    return { status: created ? 201 : 200, body: description(queue) };
  }

  private describe({ queue: name }: QueuePath): ManagementResponse {
    const queue = this.queues.get(name);
    return queue ? { status: 200, body: description(queue) } : missing(name);
  }

  private async purge({ queue: name }: QueuePath): Promise<ManagementResponse> {
    const queue = this.queues.get(name);
    return queue ? { status: 200, body: { message_count: ulong(await queue.purge()) } } : missing(name);
  }
}

function missing(name: string): ManagementResponse {
  return { status: 404, body: `no queue '${name}'` };
}

function description(queue: MessageQueue): ManagementResponse['body'] {
  return {
    name: queue.name,
    durable: true,
    auto_delete: false,
    exclusive: false,
    type: 'classic',
    message_count: ulong(queue.messageCount),
    consumer_count: rhea.types.wrap_uint(queue.consumerCount),
  };
}

const ulong = (value: number) => rhea.types.wrap_ulong(value) as Typed;
