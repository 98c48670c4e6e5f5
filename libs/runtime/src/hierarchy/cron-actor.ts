import type { ActorContext, Ref } from '@abaco/actors';
import type { AcceptedMessage } from '../answers.js';
import { CronRunner } from '../cron/cron-runner.js';
import type { RuntimeServices } from '../runtime-services.js';
import { type PassMessage, RepeatedPass } from './repeated-pass.js';
import type { TenantsMessage } from './tenants-supervisor.js';

/** How late a run may begin, milliseconds. */
const LOOK_EVERY_MS = 5_000;
/** A message is accepted within this time or sent again at the next look, milliseconds. */
const SEND_DEADLINE_MS = 30_000;

/** `/system/cron`: runs the actors whose schedule says so, on every host; each tick once. */
export class CronActor extends RepeatedPass {
  private readonly runner: CronRunner;

  constructor(
    private readonly services: RuntimeServices,
    tenants: Ref<TenantsMessage>,
    context: ActorContext<PassMessage>,
  ) {
    super(context, LOOK_EVERY_MS);
    this.runner = new CronRunner({
      schedules: services.store.actors.cron,
      send: (caller, actor, message) =>
        tenants.ask<AcceptedMessage>(
          (replyTo) => ({
            type: 'to-actor',
            tenant: caller.tenant,
            actor,
            command: { type: 'send', caller, message, replyTo },
          }),
          { deadlineMs: SEND_DEADLINE_MS },
        ),
      now: () => new Date(),
      logger: services.logger,
    });
  }

  protected async pass(): Promise<void> {
    await this.runner.pass();
  }

  protected onFailure(error: Error): void {
    this.services.logger.warn({ err: error }, 'Due cron schedules could not be read');
  }
}
