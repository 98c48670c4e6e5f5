import { Readable } from 'node:stream';
import { StreamableFile } from '@nestjs/common';
import type { FastifyReply } from 'fastify';

/** One event of `text/event-stream`; `undefined` stands for a comment that keeps the connection open. */
export interface ServerSentEvent {
  /** Comes back as `Last-Event-ID` when the client connects again. */
  readonly id: string;
  readonly event: string;
  /** Sent as JSON: one line, whatever it holds. */
  readonly data: unknown;
}

/** Where events come from. */
export interface EventSource<E> {
  readonly events: AsyncIterable<E>;
  /** Aborts when no more events come. */
  readonly ended: AbortSignal;
  close(): void;
}

/** After a broken connection clients try again after so long, milliseconds. */
const RETRY_MS = 2_000;
/** Bytes that wait for a client; while so many do, no further event is read. */
const BUFFER_BYTES = 64 * 1024;
/** A client that does not read has so long to take the rest when the stream has ended, milliseconds. */
const LAST_READ_MS = 2_000;

/** @param id and event: without line breaks */
export const encodeEvent = ({ id, event, data }: ServerSentEvent): string =>
  `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

/**
 * An answer that sends events as they come. The source is closed when the client goes away, and when the answer has ended for
 * any other reason. A client that reads slowly makes the source wait; one that reads nothing is cut off by the idle time-out of
 * its connection.
 */
export function eventStream<E>(
  reply: FastifyReply,
  source: EventSource<E>,
  show: (event: E) => ServerSentEvent | undefined,
): StreamableFile {
  reply.raw.once('close', () => source.close());
  source.ended.addEventListener('abort', () => {
    const cut = setTimeout(() => reply.raw.destroy(), LAST_READ_MS);
    reply.raw.once('close', () => clearTimeout(cut));
  });
  reply
    .header('Cache-Control', 'no-store')
    .header('X-Accel-Buffering', 'no') // nginx would collect events
    .header('X-Content-Type-Options', 'nosniff');
  const lines = Readable.from(encoded(source.events, show), { objectMode: false, highWaterMark: BUFFER_BYTES });
  return new StreamableFile(lines, { type: 'text/event-stream; charset=utf-8' });
}

async function* encoded<E>(
  events: AsyncIterable<E>,
  show: (event: E) => ServerSentEvent | undefined,
): AsyncGenerator<string> {
  yield `retry: ${RETRY_MS}\n\n`;
  for await (const event of events) {
    const shown = show(event);
    yield shown ? encodeEvent(shown) : ':\n\n';
  }
}
