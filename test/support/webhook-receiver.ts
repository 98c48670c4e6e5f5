import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedEvent {
  readonly headers: IncomingHttpHeaders;
  readonly body: Readonly<Record<string, unknown>>;
}

/** An HTTP server on the loopback interface that keeps what is posted to it, and answers what `status` says. */
export class WebhookReceiver {
  /** In the order in which they came. */
  readonly received: ReceivedEvent[] = [];
  /** @param count of those that have come, this one included. Never: no answer */
  status: (event: ReceivedEvent, count: number) => number | 'never' = () => 200;

  private readonly server: Server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const event = { headers: request.headers, body: JSON.parse(text) as Record<string, unknown> };
      this.received.push(event);
      const status = this.status(event, this.received.length);
      if (status !== 'never') response.writeHead(status).end();
    });
  });

  static async start(): Promise<WebhookReceiver> {
    const receiver = new WebhookReceiver();
    receiver.server.listen(0, '127.0.0.1');
    await once(receiver.server, 'listening');
    return receiver;
  }

  /** `http://127.0.0.1:<port>/hook?token=t`. */
  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/hook?token=t`;
  }

  async stop(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }
}
