import type { ActorRecord, ExecutionRecord, LogRepository } from '@abaco/store';
import { silentLogger, type Logger } from '../logger.js';
import type { LogLimits } from './log-limits.js';
import { whileAvailable } from './while-available.js';

/** While the container runs the log is written after so long, milliseconds: users follow it nearly live. */
const FLUSH_AFTER_MS = 500;
/** The first time sooner: a short execution's log is then stored while the engine still winds up its container. */
const FIRST_FLUSH_AFTER_MS = 10;
/** Or as soon as so many characters wait. One chunk is never longer. */
const CHUNK_CHARACTERS = 64 * 1024;
const TRUNCATED = ' LOG LIMIT EXCEEDED; this execution log was TRUNCATED!';
const REFUSED = '\n[A piece of this log could not be stored.]\n';

/**
 * The log of one attempt: decodes the container's output, cuts it at the limit, and stores it in chunks, one write at a time.
 * What waits in memory never exceeds the limit, however fast the container writes and however slow the store is.
 */
export class LogWriter {
  private readonly decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  private waiting = '';
  private taken = 0;
  private full = false;
  private seq = 0;
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> | undefined;

  constructor(
    private readonly logs: LogRepository,
    private readonly execution: ExecutionRecord,
    private readonly actor: ActorRecord,
    private readonly limits: LogLimits,
    private readonly signal: AbortSignal,
    private readonly onStored: () => void = () => undefined,
    private readonly logger: Logger = silentLogger,
  ) {}

  write(chunk: Buffer): void {
    if (!this.full) this.take(this.decoder.decode(chunk, { stream: true }));
  }

  /** Stores the rest. @throws when the signal aborts */
  async end(): Promise<void> {
    if (!this.full) this.take(this.decoder.decode());
    clearTimeout(this.timer);
    await this.flush();
  }

  private take(text: string): void {
    const room = this.limits.maxCharacters - this.taken;
    if (text.length > room) {
      this.full = true;
      this.waiting += withoutHalf(text.slice(0, room)) + TRUNCATED;
    } else {
      this.waiting += text;
    }
    this.taken += Math.min(text.length, room);
    if (this.waiting.length >= CHUNK_CHARACTERS) this.flushInBackground();
    else if (this.waiting.length > 0) this.timer ??= setTimeout(() => this.flushInBackground(), this.pause());
  }

  private pause(): number {
    return this.seq === 0 ? FIRST_FLUSH_AFTER_MS : FLUSH_AFTER_MS;
  }

  private flushInBackground(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    void this.flush().catch((error: unknown) => {
      // after an abort nobody reads this log's rest
      if (this.signal.aborted) return;
      this.logger.error({ execution: this.execution._id, err: error }, 'A log could not be stored');
    });
  }

  private flush(): Promise<void> {
    this.writing ??= this.drain().finally(() => {
      this.writing = undefined;
    });
    return this.writing;
  }

  private async drain(): Promise<void> {
    while (this.waiting.length > 0) {
      const text = withoutHalf(this.waiting.slice(0, CHUNK_CHARACTERS));
      this.waiting = this.waiting.slice(text.length);
      await this.store(text);
      this.onStored();
    }
  }

  /** What the store refuses for good leaves a note: the execution itself has ended as it has, whatever becomes of its log. */
  private async store(text: string): Promise<void> {
    const seq = this.seq++;
    try {
      await this.append(seq, text);
    } catch (error) {
      if (this.signal.aborted) throw error;
      this.logger.error({ execution: this.execution._id, seq, err: error }, 'The store refused a piece of a log');
      await this.append(seq, REFUSED);
    }
  }

  private async append(seq: number, text: string): Promise<void> {
    await whileAvailable(
      () =>
        this.logs.append({
          execution: this.execution._id,
          actor: this.actor._id,
          tenant: this.actor.tenant,
          attempt: this.execution.attempt,
          seq,
          text,
          expires: this.limits.expires(),
        }),
      this.signal,
    );
  }
}

/** A character of two UTF-16 units stays whole: halves could not be stored. */
function withoutHalf(text: string): string {
  const last = text.charCodeAt(text.length - 1);
  return text.length > 1 && last >= 0xd800 && last <= 0xdbff ? text.slice(0, -1) : text;
}
