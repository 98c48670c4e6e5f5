import type { IncomingMessage } from '@abaco/runtime';

/** What a message was when it reached the runtime; binary bodies are read to their end. */
export interface TakenMessage extends Omit<IncomingMessage, 'content'> {
  readonly content: { readonly kind: string; readonly text?: string; readonly bytes?: Buffer };
}

/** Reads a binary message to its end. */
export async function takenContent(content: IncomingMessage['content']): Promise<TakenMessage['content']> {
  if (content.kind !== 'binary') return content;
  const chunks: Buffer[] = [];
  for await (const chunk of content.body as AsyncIterable<Buffer>) chunks.push(chunk);
  return { kind: 'binary', bytes: Buffer.concat(chunks) };
}
