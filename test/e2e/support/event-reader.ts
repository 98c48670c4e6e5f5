import type { ClientRequest, IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import { eventually } from '../../support/eventually.js';
import { answerTo } from './rest-server.js';

/** An event as a browser would give it. */
export interface ReceivedEvent {
  readonly id: string;
  readonly event: string;
  readonly data: Record<string, unknown>;
}

/** Reads `text/event-stream`. */
export class EventReader {
  readonly events: ReceivedEvent[] = [];
  /** The server has ended the answer, or the connection. */
  over = false;

  private constructor(
    private readonly request: ClientRequest,
    readonly answer: IncomingMessage,
  ) {
    void this.read();
  }

  static async open(request: ClientRequest): Promise<EventReader> {
    return new EventReader(request, await answerTo(request));
  }

  /** The text of the log events so far. */
  get logs(): string {
    return this.events.map(({ event, data }) => (event === 'log' ? String(data['logs']) : '')).join('');
  }

  get names(): string[] {
    return this.events.map(({ event }) => event);
  }

  /** Waits until the answer is over. */
  async end(): Promise<void> {
    await eventually('the stream has ended', () => this.over);
  }

  disconnect(): void {
    this.request.destroy();
  }

  private async read(): Promise<void> {
    let fields: Record<string, string> = {};
    try {
      for await (const line of createInterface({ input: this.answer })) {
        if (line === '' && fields['data'] !== undefined) {
          const { id = '', event = 'message', data } = fields;
          this.events.push({ id, event, data: JSON.parse(data) as Record<string, unknown> });
        }
        if (line === '') fields = {};
        const [, name, value] = /^(\w+): (.*)$/.exec(line) ?? [];
        if (name !== undefined) fields[name] = value ?? '';
      }
    } catch {
      // a connection that breaks ends the stream too
    }
    this.over = true;
  }
}
