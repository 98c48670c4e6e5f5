import type { Caller } from '@abaco/access';
import type { ActorCron, ActorRecord, DueCron } from '@abaco/store';
import type { IncomingMessage } from '../incoming-message.js';
import type { Logger } from '../logger.js';
import { displayCronTime, resumeCronSchedule } from './cron-schedule.js';

/** So many actors are run at a time. */
const BATCH = 20;

export interface CronRunnerParts {
  readonly schedules: Pick<ActorCron, 'listDue' | 'advance'>;
  /** Resolves when the message is accepted. The same idempotency key makes no second execution. */
  readonly send: (caller: Caller, actor: ActorRecord['id'], message: IncomingMessage) => Promise<unknown>;
  readonly now: () => Date;
  readonly logger: Logger;
}

/**
 * Sends the messages of actors that are due (contract 5.7). Any number of hosts may do it at the same time: the message of a tick
 * is sent before the schedule is advanced, and has an idempotency key of its own. A crash in between sends it again, and the
 * mailbox finds that it has it.
 */
export class CronRunner {
  constructor(private readonly parts: CronRunnerParts) {}

  /** One pass. An actor that cannot be run stays due; the others go on. @throws StoreUnavailable */
  async pass(): Promise<void> {
    const now = this.parts.now();
    const due = await this.parts.schedules.listDue(now);
    for (let first = 0; first < due.length; first += BATCH) {
      await Promise.all(due.slice(first, first + BATCH).map((actor) => this.runOrWarn(actor, now)));
    }
  }

  private async runOrWarn(actor: DueCron, now: Date): Promise<void> {
    try {
      await this.run(actor, now);
    } catch (error) {
      this.parts.logger.warn({ actor: actor._id, err: error }, 'A cron execution could not be started; it stays due');
    }
  }

  /** Missed ticks make one run: the next tick is the first after `now`. */
  private async run(actor: DueCron, now: Date): Promise<void> {
    const next = resumeCronSchedule(actor.cron_schedule, actor.cron_start).after(now);
    if (actor.cron_on) {
      const caller: Caller = { tenant: actor.tenant, user: 'cron', roles: [], apiServer: actor.api_server };
      await this.parts.send(caller, actor.id, cronMessage(actor.cron_due));
    }
    await this.parts.schedules.advance(actor, next, displayCronTime(next));
  }
}

const cronMessage = (tick: Date): IncomingMessage => ({
  content: { kind: 'text', text: 'This is your cron execution' },
  contentType: 'str',
  environment: {},
  // no header can begin with a blank: nobody can take the key of a tick
  idempotencyKey: ` tick ${tick.toISOString()}`,
});
