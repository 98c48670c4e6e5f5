import type { ActorObserver, DeadLetter, Failure } from '@abaco/actors';
import { Logger } from '@nestjs/common';

const logger = new Logger('ActorSystem');

const LOGS = {
  failed: ({ path, error, directive }: Failure) =>
    logger.warn(`${path} failed, supervision decides: ${directive}. ${error.stack ?? error.message}`),
  // Without the content, which may be confidential or large.
  deadLetter: ({ path, reason, message }: DeadLetter) =>
    logger.debug(`Dead letter for ${path} (${reason}): ${kindOf(message)}`),
} satisfies ActorObserver;

/** The compiler sees to it that no hook is missing. */
const HOOKS = Object.keys({
  spawned: true,
  restarted: true,
  stopped: true,
  failed: true,
  handled: true,
  deadLetter: true,
} satisfies Record<keyof ActorObserver, true>) as (keyof ActorObserver)[];

/** The hooks of `observer`; of those that it leaves out, failures and dead letters are logged, and the others stay left out. */
export function withLogs(observer: ActorObserver = {}): ActorObserver {
  const given = HOOKS.filter((hook) => observer[hook] !== undefined);
  return { ...LOGS, ...Object.fromEntries(given.map((hook) => [hook, observer[hook]?.bind(observer)])) };
}

/** The `type` of a message of a discriminated union, else its class or primitive type. */
function kindOf(message: unknown): string {
  if (typeof message !== 'object' || message === null) return typeof message;
  if ('type' in message && typeof message.type === 'string') return message.type;
  return message.constructor?.name ?? 'object';
}
