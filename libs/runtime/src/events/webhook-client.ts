import { lookup, type LookupAddress } from 'node:dns';
import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { AddressRefused } from './address-refused.js';
import type { AllowedAddresses } from './allowed-addresses.js';
import type { DeliveryOutcome } from './delivery-outcome.js';

/** Of an answer this much is read, bytes; what comes after it is cut off. */
const ANSWER_LIMIT = 64 * 1024;
/** Longest wait that a target may ask for, milliseconds. */
const LONGEST_WAIT_MS = 3_600_000;

/** One POST to a webhook. */
export interface WebhookRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON. */
  readonly body: string;
}

/**
 * Posts to URLs that users chose. Connects only to allowed addresses: the one that was checked is the one that is connected to, so
 * that a name cannot change in between. Redirects are not followed, proxies not used, and only the status of the answer counts.
 */
export class WebhookClient {
  constructor(
    private readonly addresses: AllowedAddresses,
    /** For the whole request, milliseconds. */
    private readonly timeoutMs: number,
  ) {}

  /** Never throws. @param signal ends the attempt */
  async post({ url, headers, body }: WebhookRequest, signal: AbortSignal): Promise<DeliveryOutcome> {
    if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
      return { kind: 'refused', reason: 'The webhook is no http or https URL.' };
    }
    const { protocol, hostname } = new URL(url);
    const host = hostname.replace(/^\[(.*)\]$/, '$1');
    // no name is looked up for an address
    if (isIP(host) !== 0 && !this.addresses.includes(host)) return refusal(new AddressRefused(host));
    const options = {
      method: 'POST',
      agent: false,
      lookup: this.checkedLookup,
      signal: AbortSignal.any([signal, AbortSignal.timeout(this.timeoutMs)]),
      headers: {
        ...headers,
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        'user-agent': 'abaco',
      },
    };
    try {
      return outcomeOf(await exchange(protocol === 'https:' ? httpsRequest : httpRequest, url, options, body));
    } catch (error) {
      if (error instanceof AddressRefused) return refusal(error);
      return { kind: 'failed', reason: this.reason(error as NodeJS.ErrnoException, signal) };
    }
  }

  /** Texts of Node may contain the address, never the path or query, which may hold a nonce. */
  private reason(error: NodeJS.ErrnoException, signal: AbortSignal): string {
    if (error.name !== 'AbortError') return error.code ?? error.message;
    return signal.aborted ? 'The server stopped.' : `No answer within ${this.timeoutMs} ms.`;
  }

  private readonly checkedLookup: LookupFunction = (host, options, done) => {
    lookup(host, { ...options, all: true }, (error, found: LookupAddress[]) => {
      if (error) return done(error, '');
      const allowed = found.filter(({ address }) => this.addresses.includes(address));
      const [first] = allowed;
      if (!first) return done(new AddressRefused(host), '');
      if (options.all) done(null, allowed);
      else done(null, first.address, first.family);
    });
  };
}

/** @returns status and headers of the answer, once it has been read or cut off */
function exchange(
  request: typeof httpRequest,
  url: string,
  options: RequestOptions,
  body: string,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const sent = request(url, options, (answer) => {
      let bytes = 0;
      answer.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > ANSWER_LIMIT) answer.destroy();
      });
      answer.on('error', () => resolve(answer)); // the status has come: what follows does not matter
      answer.on('close', () => resolve(answer));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

function outcomeOf({ statusCode = 0, headers }: IncomingMessage): DeliveryOutcome {
  if (statusCode >= 200 && statusCode < 300) return { kind: 'delivered' };
  const reason = `Status ${statusCode}.`;
  if (statusCode === 410) return { kind: 'refused', reason }; // Standard Webhooks: the target wants no more
  const afterMs = waitOf(headers['retry-after']);
  return { kind: 'failed', reason, ...(afterMs !== undefined && { afterMs }) };
}

/** Of a `Retry-After` in seconds or as a date (RFC 9110 §10.2.3). */
function waitOf(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const wait = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(wait, 0), LONGEST_WAIT_MS);
}

const refusal = ({ message }: AddressRefused): DeliveryOutcome => ({ kind: 'refused', reason: message });
