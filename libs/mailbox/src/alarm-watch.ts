import { type MailboxLogger } from './mailbox-logger.js';

/** How often the broker is asked, milliseconds. */
const ASK_EVERY_MS = 2_000;

/** Asks a broker that does not say so by itself whether it is short of memory or disk. */
export class AlarmWatch {
  private readonly timer: NodeJS.Timeout;
  private asking = false;
  private alarmed = false;

  /** @param ask when it throws, nothing is known, and no alarm is assumed */
  constructor(
    private readonly ask: () => Promise<boolean>,
    private readonly logger: MailboxLogger,
  ) {
    this.timer = setInterval(() => void this.look(), ASK_EVERY_MS);
    this.timer.unref();
    void this.look();
  }

  get isAlarmed(): boolean {
    return this.alarmed;
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private async look(): Promise<void> {
    if (this.asking) return;
    this.asking = true;
    // a management API that is away, or not for this user, is no reason to refuse messages
    const alarmed = await this.ask().catch(() => false);
    this.asking = false;
    if (alarmed === this.alarmed) return;
    this.alarmed = alarmed;
    if (alarmed) this.logger.warn({}, 'the broker is short of memory or disk');
    else this.logger.info({}, 'the broker has memory and disk again');
  }
}
