import rhea, { type Delivery, type Message, type Receiver, type Sender } from 'rhea';
import type { LinkEnd } from './link-end.js';
import type { ManagementNode, ManagementResponse } from './management-node.js';
import { wireReceiver, wireSender } from './rhea-internals.js';

const CREDIT = 64;

/** The client receives responses here: one link of a pair. Responses wait for credit. */
export class ManagementResponses implements LinkEnd {
  private readonly waiting: Message[] = [];

  constructor(
    private readonly sender: Sender,
    private readonly onGone: () => void,
  ) {
    wireSender(sender).local.attach.snd_settle_mode = 1;
  }

  respond(response: Message): void {
    this.waiting.push(response);
    this.flow();
  }

  flow(): void {
    while (this.waiting.length > 0 && this.sender.sendable()) this.sender.send(this.waiting.shift()!);
  }

  gone(): void {
    this.waiting.length = 0;
    this.onGone();
  }
}

/** The client sends requests here: the other link of the pair. */
export class ManagementRequests implements LinkEnd {
  constructor(
    private readonly receiver: Receiver,
    private readonly node: ManagementNode,
    private readonly responses: () => ManagementResponses | undefined,
  ) {
    const wire = wireReceiver(receiver);
    wire.delivery_count = wire.remote.attach.initial_delivery_count ?? 0;
    receiver.add_credit(CREDIT);
  }

  message(raw: Buffer, delivery: Delivery): void {
    wireReceiver(this.receiver).delivery_count >>>= 0;
    this.receiver.add_credit(1);
    const responses = this.responses();
    if (!responses) {
      delivery.reject({ condition: 'amqp:precondition-failed', description: 'no paired link to respond on' });
      return;
    }
    delivery.accept();
    void this.answer(rhea.message.decode(raw) as unknown as Message, responses);
  }

  gone(): void {
    // Requests under way are carried out; their responses have nowhere to go.
  }

  private async answer(request: Message, responses: ManagementResponses): Promise<void> {
    const { status, body } = await this.carryOut(request);
    responses.respond({
      correlation_id: request.message_id as unknown,
      subject: String(status),
      to: '$me',
      body,
    } as unknown as Message);
  }

  private async carryOut(request: Message): Promise<ManagementResponse> {
    try {
      return await this.node.handle({ method: request.subject, path: request.to });
    } catch (error) {
      return { status: 500, body: String(error) };
    }
  }
}
