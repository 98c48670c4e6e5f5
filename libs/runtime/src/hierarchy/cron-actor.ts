import type { ActorContext, BehaviorObject, Ref } from '@abaco/actors';
import type { AcceptedMessage } from '../answers.js';
import { CronRunner } from '../cron/cron-runner.js';
import type { RuntimeServices } from '../runtime-services.js';
import type { TenantsMessage } from './tenants-supervisor.js';

export type CronMessage = { readonly type: 'look' } | { readonly type: 'looked'; readonly error?: Error };

/** How late a run may begin, milliseconds. */
const LOOK_EVERY_MS = 5_000;
/** A message is accepted within this time or sent again at the next look, milliseconds. */
const SEND_DEADLINE_MS = 30_000;

/** `/system/cron`: runs the actors whose schedule says so, on every host; each tick once. */
export class CronActor implements BehaviorObject<CronMessage> {
  private readonly runner: CronRunner;
  private looking = false;

  constructor(
    private readonly services: RuntimeServices,
    tenants: Ref<TenantsMessage>,
    private readonly context: ActorContext<CronMessage>,
  ) {
    this.runner = new CronRunner({
      actors: services.store.actors,
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
    context.scheduleEvery(LOOK_EVERY_MS, { type: 'look' });
  }

  receive = (message: CronMessage): void => {
    switch (message.type) {
      case 'look':
        if (this.looking) return;
        this.looking = true;
        this.context.pipeToSelf(this.runner.pass(), (outcome) =>
          outcome.ok ? { type: 'looked' } : { type: 'looked', error: outcome.error },
        );
        break;
      case 'looked':
        this.looking = false;
        if (message.error) this.services.logger.warn({ err: message.error }, 'Due cron schedules could not be read');
        break;
      default:
        message satisfies never;
    }
  };
}
