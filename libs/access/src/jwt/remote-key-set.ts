import type { KeyObject } from 'node:crypto';
import { ServiceUnavailable } from '@abaco/contract';
import type { KeySource } from './key-source.js';
import { keyOfJwk } from './public-key.js';

/** Milliseconds after which the keys are fetched again before they are used. */
const MAX_AGE = 10 * 60_000;
/** Milliseconds between two requests, whatever asks for them: unknown key ids and an endpoint that is down included. */
const COOLDOWN = 30_000;
/** Milliseconds that a request may take, to the last byte. */
const TIMEOUT = 3_000;
/** Bytes of an answer. */
const MAX_SIZE = 1_048_576;

export interface RemoteKeySetOptions {
  readonly url: string;
  readonly allowWeak: boolean;
  /** Hears of each failed request. */
  readonly onError?: (error: unknown, url: string) => void;
  /** Milliseconds of a clock that only goes forward; for tests. */
  readonly now?: () => number;
}

/**
 * The keys that a JWKS endpoint publishes. They are fetched when needed, at most every 30 s; keys at hand stay in use while the
 * endpoint does not answer.
 */
export class RemoteKeySet implements KeySource {
  private keys: readonly (readonly [string | undefined, KeyObject])[] | undefined;
  private fetchedAt = -Infinity;
  private askedAt = -Infinity;
  private running: Promise<void> | undefined;
  private readonly now: () => number;

  constructor(private readonly options: RemoteKeySetOptions) {
    this.now = options.now ?? (() => performance.now());
  }

  /** @throws ServiceUnavailable when the endpoint never answered */
  async keyFor(kid: string | undefined): Promise<KeyObject | undefined> {
    if (this.now() - this.fetchedAt > MAX_AGE) await this.refresh();
    const key = this.find(kid);
    if (key !== undefined) return key;
    await this.refresh();
    if (this.keys === undefined) {
      throw new ServiceUnavailable('The keys that verify tokens cannot be fetched at the moment. Try again.');
    }
    return this.find(kid);
  }

  /** Without a key id there must be no choice. */
  private find(kid: string | undefined): KeyObject | undefined {
    const keys = this.keys ?? [];
    if (kid === undefined) return keys.length === 1 ? keys[0]?.[1] : undefined;
    return keys.find(([id]) => id === kid)?.[1];
  }

  /** Joins a request that is under way; does nothing within the cooldown after the last one. */
  private async refresh(): Promise<void> {
    if (this.running === undefined && this.now() - this.askedAt >= COOLDOWN) {
      this.askedAt = this.now();
      this.running = this.fetch().finally(() => (this.running = undefined));
    }
    await this.running;
  }

  private async fetch(): Promise<void> {
    const { url, onError } = this.options;
    try {
      const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT) });
      if (response.status !== 200) {
        await response.body?.cancel();
        throw new Error(`The answer has status ${response.status}`);
      }
      this.keys = this.read(await textOf(response));
      this.fetchedAt = this.now();
    } catch (error) {
      onError?.(error, url); // the keys at hand stay in use
    }
  }

  private read(text: string): readonly (readonly [string | undefined, KeyObject])[] {
    const { keys } = Object(JSON.parse(text)) as { keys?: unknown };
    if (!Array.isArray(keys)) throw new Error('The answer is no JSON Web Key Set');
    return keys.flatMap((entry: unknown) => {
      const jwk = Object(entry) as Readonly<Record<string, unknown>>;
      const key = keyOfJwk(jwk, this.options.allowWeak);
      return key === undefined ? [] : [[typeof jwk['kid'] === 'string' ? jwk['kid'] : undefined, key] as const];
    });
  }
}

async function textOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > MAX_SIZE) throw new Error(`The answer is larger than ${MAX_SIZE} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
