import { formatWithOptions, types } from 'node:util';
import type { OutputSink } from '../execution-engine.js';
import { silentLogger, type EngineLogger } from '../logger.js';
import { ResultTooLarge } from './errors.js';

/** Of one result, as of one datagram of a container (contract 4.6). */
const MAX_RESULT_BYTES = 131_072;

/** How many causes of an error are shown below it. */
const MAX_CAUSES = 8;

/** What a function says, until its execution has ended. Afterwards nothing is taken any more. */
export class FunctionOutput {
  private closed = false;

  constructor(
    private readonly sink: OutputSink,
    private readonly logger: EngineLogger = silentLogger,
  ) {}

  log(...data: unknown[]): void {
    this.write(`${formatWithOptions({ colors: false }, ...data)}\n`);
  }

  /** Bytes are copied: the function may use its buffer again. */
  write(chunk: string | Uint8Array): void {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk, 'utf8') : Buffer.from(chunk);
    if (bytes.length > 0) this.hand(() => this.sink.log(bytes));
  }

  /** @throws ResultTooLarge, TypeError */
  result(value: unknown): void {
    const bytes = toBytes(value);
    if (bytes === undefined) return;
    if (bytes.length > MAX_RESULT_BYTES) throw new ResultTooLarge(bytes.length, MAX_RESULT_BYTES);
    this.hand(() => this.sink.result(bytes));
  }

  /** What was thrown, with its stack. Other members of an error are not shown: they may hold what is secret. */
  failure(thrown: unknown): void {
    this.write(`${describe(thrown)}\n`);
  }

  close(): void {
    this.closed = true;
  }

  private hand(take: () => void): void {
    if (this.closed) return;
    try {
      take();
    } catch (error) {
      this.logger.warn({ err: error }, 'output of a function was not taken');
    }
  }
}

function toBytes(value: unknown): Buffer | undefined {
  if (value === undefined) return undefined;
  if (types.isUint8Array(value)) return Buffer.from(value);
  if (typeof value === 'string') return Buffer.from(value, 'utf8');
  return Buffer.from(toJson(value, 'A result'), 'utf8');
}

/** @throws TypeError */
export function toJson(value: unknown, what: string): string {
  const json: unknown = JSON.stringify(value);
  if (typeof json === 'string') return json;
  throw new TypeError(`${what} must be a value that JSON has; a ${typeof value} is none.`);
}

function describe(thrown: unknown): string {
  const lines: string[] = [];
  let next = thrown;
  for (let depth = 0; depth <= MAX_CAUSES; depth++) {
    if (!(next instanceof Error) && !types.isNativeError(next)) {
      lines.push(`${depth === 0 ? 'Thrown' : 'Caused by'}: ${formatWithOptions({ colors: false }, next)}`);
      break;
    }
    lines.push(`${depth === 0 ? '' : 'Caused by: '}${next.stack ?? String(next)}`);
    if (next.cause === undefined) break;
    next = next.cause;
  }
  return lines.join('\n');
}
