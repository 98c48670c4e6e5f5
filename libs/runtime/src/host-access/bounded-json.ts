/** Longest answer that is read, bytes. */
const ANSWER_LIMIT = 256 * 1024;

/** How a GET request went wrong; `message` has neither URL nor headers. */
export class AnswerUnusable extends Error {}

/**
 * Reads JSON by GET. Redirects are not followed, so that no credentials reach another server.
 * @param timeoutMs of the whole exchange
 * @throws AnswerUnusable
 */
export async function getJson(url: URL, authorization: string, timeoutMs: number): Promise<unknown> {
  try {
    const response = await fetch(url, {
      headers: { accept: 'application/json', authorization },
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (!response.ok) {
      await response.body?.cancel();
      throw new AnswerUnusable(`it answers ${response.status}`);
    }
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of response.body ?? []) {
      bytes += chunk.byteLength;
      if (bytes > ANSWER_LIMIT) throw new AnswerUnusable(`its answer has more than ${ANSWER_LIMIT} bytes`);
      chunks.push(chunk);
    }
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown;
  } catch (error) {
    throw error instanceof AnswerUnusable ? error : new AnswerUnusable(reasonOf(error as Error, timeoutMs));
  }
}

function reasonOf(error: Error, timeoutMs: number): string {
  if (error.name === 'TimeoutError') return `it does not answer within ${timeoutMs} ms`;
  if (error instanceof SyntaxError) return 'its answer is no JSON';
  const cause = error.cause as NodeJS.ErrnoException | undefined;
  return cause?.code ?? 'the connection failed';
}
