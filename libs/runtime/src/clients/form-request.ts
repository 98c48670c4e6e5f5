import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { AuthorizationFailed } from './errors.js';

/** Longest answer that is read, bytes. */
const ANSWER_LIMIT = 4 * 1024 * 1024;

/** A request with basic authentication. */
export interface FormRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly url: URL;
  readonly user: string;
  readonly password: string;
  /** Sent as a form. */
  readonly form?: Readonly<Record<string, string>>;
  /** Whether certificates are verified. */
  readonly verifyTls: boolean;
  /** For the whole request, milliseconds. */
  readonly timeoutMs: number;
}

/**
 * Redirects are not followed, so that no password reaches another server; proxies and connections of others are not used.
 * @returns what the JSON of a good answer says; undefined for an empty one
 * @throws AuthorizationFailed
 */
export async function formRequest(request: FormRequest): Promise<unknown> {
  const { url, user, password, form, timeoutMs } = request;
  const body = form ? new URLSearchParams(form).toString() : '';
  const basic = Buffer.from(`${user}:${password}`).toString('base64');
  const options: RequestOptions & { rejectUnauthorized: boolean } = {
    method: request.method,
    agent: false,
    rejectUnauthorized: request.verifyTls,
    signal: AbortSignal.timeout(timeoutMs),
    headers: {
      accept: 'application/json',
      authorization: `Basic ${basic}`,
      'user-agent': 'abaco',
      ...(form ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
      'content-length': Buffer.byteLength(body),
    },
  };
  const progress = { connected: false };
  try {
    const { status, text } = await exchange(url, options, body, progress);
    const answer = parsed(text);
    if (status < 200 || status >= 300)
      throw new AuthorizationFailed(`it answers ${status}${codeOf(answer)}`, status, true);
    if (answer === undefined && text.trim() !== '')
      throw new AuthorizationFailed('its answer is no JSON', status, true);
    return answer;
  } catch (error) {
    if (error instanceof AuthorizationFailed) throw error;
    throw new AuthorizationFailed(reasonOf(error as NodeJS.ErrnoException, timeoutMs), undefined, progress.connected);
  }
}

function exchange(
  url: URL,
  options: RequestOptions,
  body: string,
  progress: { connected: boolean },
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const secure = url.protocol === 'https:';
    const sent = (secure ? httpsRequest : httpRequest)(url, options, (answer: IncomingMessage) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      answer.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > ANSWER_LIMIT) answer.destroy(new Error(`its answer has more than ${ANSWER_LIMIT} bytes`));
        else chunks.push(chunk);
      });
      answer.on('error', reject);
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }));
    });
    sent.on('socket', (socket) => {
      socket.once(secure ? 'secureConnect' : 'connect', () => (progress.connected = true));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined; // whoever needs an answer says that there is none
  }
}

/** The error code of RFC 6749 §5.2, which holds nothing that was sent. */
function codeOf(answer: unknown): string {
  const code = typeof answer === 'object' && answer !== null ? (answer as { error?: unknown }).error : undefined;
  return typeof code === 'string' && /^[a-z_]{1,40}$/.test(code) ? ` (${code})` : '';
}

function reasonOf(error: NodeJS.ErrnoException, timeoutMs: number): string {
  if (error.name === 'AbortError' || error.name === 'TimeoutError') return `no answer within ${timeoutMs} ms`;
  return error.code ?? error.message;
}
