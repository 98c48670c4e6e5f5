import { AbacoError } from '@abaco/contract';

/** Milliseconds that another instance may take. */
const TIMEOUT_MS = 10_000;
/** Bytes of the longest list that is read from another instance. */
const MAX_ANSWER = 16 * 1024 * 1024;

/** Thrown when another instance does not show its actors. The message says what it answered. */
export class RemoteInstanceFailed extends AbacoError {
  readonly kind = 'invalid';
}

/** A record of another instance, in whatever letter case that one uses. */
export type RemoteActor = Readonly<Record<string, unknown>>;

/**
 * The actors that an admin of another instance sees. Redirects are not followed: the token goes to `baseUrl` alone.
 * @throws RemoteInstanceFailed
 */
export async function actorsOf(baseUrl: string, header: string, token: string): Promise<RemoteActor[]> {
  try {
    const response = await fetch(`${baseUrl.replace(/\/+$/, '')}/actors/admin`, {
      headers: { [header]: token },
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const { result, message } = JSON.parse(await limited(response)) as { result: unknown; message: unknown };
    if (response.ok && Array.isArray(result)) return result as RemoteActor[];
    throw new RemoteInstanceFailed(`${baseUrl} answered ${response.status}: ${String(message)}`);
  } catch (error) {
    if (error instanceof RemoteInstanceFailed) throw error;
    throw new RemoteInstanceFailed(`${baseUrl} could not be asked: ${reasonOf(error)}`, { cause: error });
  }
}

const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
};

async function limited(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    const bytes = chunk as Uint8Array;
    size += bytes.length;
    if (size > MAX_ANSWER) throw new Error(`The answer is longer than ${MAX_ANSWER} bytes`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}
