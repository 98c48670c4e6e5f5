import type { Socket } from 'node:net';
import { dispatch } from '../commands/dispatch.js';
import type { Server } from '../commands/command.js';
import { encodeReply, MessageReader, parseRequest } from './message.js';

/** Requests of one client that are read ahead; drivers send the next one after the reply. */
const maxWaiting = 8;

/** One client: its requests are answered in the order in which they come. */
export class Connection {
  private readonly reader = new MessageReader();
  private work: Promise<void> = Promise.resolve();
  private waiting = 0;
  private lastReply = 0;

  constructor(
    private readonly socket: Socket,
    private readonly id: number,
    private readonly server: Server,
  ) {
    socket.on('data', (chunk: Buffer) => this.receive(chunk));
    // A broken connection needs no answer; 'close' follows and ends it.
    socket.on('error', () => socket.destroy());
  }

  /** Answers what has been received and closes. */
  async drain(): Promise<void> {
    this.socket.pause();
    await this.work;
    await new Promise<void>((resolve) => {
      if (this.socket.destroyed) resolve();
      else this.socket.end(() => resolve());
      this.socket.once('close', () => resolve());
    });
    this.socket.destroy();
  }

  private receive(chunk: Buffer): void {
    try {
      for (const message of this.reader.push(chunk)) this.enqueue(message);
    } catch {
      // The stream cannot be read any further: no message boundary is known.
      this.socket.destroy();
    }
  }

  private enqueue(message: Buffer): void {
    this.waiting += 1;
    if (this.waiting === maxWaiting) this.socket.pause();
    this.work = this.work.then(() => this.answer(message));
  }

  private async answer(message: Buffer): Promise<void> {
    try {
      const request = parseRequest(message);
      const document = await dispatch(request, this.id, this.server);
      if (!request.silent && !this.socket.destroyed)
        this.socket.write(encodeReply(request, ++this.lastReply, document));
    } catch {
      // A message that cannot be parsed has no reply in the protocol; MongoDB closes the connection as well.
      this.socket.destroy();
    }
    this.waiting -= 1;
    if (this.waiting === maxWaiting - 1) this.socket.resume();
  }
}
