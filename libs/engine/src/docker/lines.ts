import type { Readable } from 'node:stream';

/**
 * The lines of a stream, without empty ones. Throws when the stream breaks off. (`node:readline` waits for ever on a stream that is
 * destroyed.)
 */
export async function* linesOf(stream: Readable): AsyncGenerator<string> {
  stream.setEncoding('utf8');
  let rest = '';
  for await (const chunk of stream) {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') yield line;
  }
  if (rest.trim() !== '') yield rest;
}
