import { AbacoError } from '@abaco/contract';

/** Thrown when a tenant or user has all that a quota allows. Nothing was done; the caller may try again after freeing some. */
export class QuotaExceeded extends AbacoError {
  readonly kind = 'too-many';

  /** @param option the option of the configuration that sets the quota */
  constructor(
    message: string,
    readonly option: string,
    override readonly retryAfterSeconds: number,
  ) {
    super(message);
  }

  static actors(limit: number): QuotaExceeded {
    const option = 'quotas.actors';
    return new QuotaExceeded(
      `The tenant has ${limit} actors, which is the limit (${option}). The actor was not registered. Delete another one first.`,
      option,
      60,
    );
  }

  static workers(limit: number): QuotaExceeded {
    const option = 'quotas.workers';
    return new QuotaExceeded(
      `The tenant may have ${limit} workers at a time (${option}), and so many would be more. ` +
        'No worker was started. Ask for fewer, or stop others first.',
      option,
      60,
    );
  }

  static waitingMessages(limit: number): QuotaExceeded {
    const option = 'quotas.waiting_messages';
    return new QuotaExceeded(
      `The tenant has ${limit} messages that wait, which is the limit (${option}). ` +
        'The message was not sent. Try again when some have been executed, or purge messages.',
      option,
      5,
    );
  }

  static limitedUser(limit: number): QuotaExceeded {
    const option = 'web.limited_max_executions';
    return new QuotaExceeded(
      `You have ${limit} executions that are not finished, which is the limit of your role (${option}). ` +
        'The message was not sent. Try again when one has finished.',
      option,
      5,
    );
  }
}
