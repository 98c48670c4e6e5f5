import { createHash, type Hash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { IncomingMessage } from '../incoming-message.js';

/** Query parameters that say how a message is sent, not what it is. */
const NOT_OF_THE_MESSAGE: ReadonlySet<string> = new Set(['x-nonce', '_abaco_synchronous']);

/** Tells whether two messages are the same: SHA-256 of content, content type and environment. */
export class MessageDigest {
  private readonly hash: Hash = createHash('sha256');
  /** The message to go on with: bytes count as they are read. */
  readonly message: IncomingMessage;

  constructor(message: IncomingMessage) {
    const { content, contentType, environment } = message;
    const variables = Object.entries(environment)
      .filter(([name]) => !NOT_OF_THE_MESSAGE.has(name))
      .sort(([a], [b]) => (a < b ? -1 : 1));
    this.hash.update(JSON.stringify([content.kind, contentType, variables]));
    if (content.kind === 'binary') {
      const body = Readable.from(this.counted(content.body), { objectMode: false });
      this.message = { ...message, content: { kind: 'binary', body } };
    } else {
      this.hash.update(content.text);
      this.message = message;
    }
  }

  /** Call it once, when the whole message has been read. */
  end(): string {
    return this.hash.digest('base64url');
  }

  private async *counted(body: Readable): AsyncGenerator<Buffer> {
    // what is unread is the caller's, who may still want to answer on its connection
    for await (const part of body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      this.hash.update(part);
      yield part;
    }
  }
}
