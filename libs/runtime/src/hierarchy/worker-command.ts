import type { ActorDbid } from '@abaco/contract';
import type { MailboxName } from '@abaco/mailbox';

/** What the hosts of a queue are asked for. Each command is carried out by one of them; one that is lost or doubled does no harm. */
export type WorkerCommand = {
  readonly actor: ActorDbid;
  /** How many hosts had no room for it. */
  readonly passes: number;
} & (
  | {
      readonly type: 'start';
      /** The first worker of a revision, wanted although no message waits. */
      readonly first: boolean;
    }
  /** Workers up to a number that a user asked for, whatever waits. */
  | { readonly type: 'ensure'; readonly count: number }
);

/** The durable queue of commands for the hosts of a queue (contract 1.5). */
export const commandChannel = (queue: string): MailboxName => `command_channel_${queue}`;

export const encodeCommand = (command: WorkerCommand): Buffer => Buffer.from(JSON.stringify(command));

/** The reverse. Undefined for what is no command of this version. */
export function decodeCommand(body: Buffer): WorkerCommand | undefined {
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { actor, passes, type, first, count } = value as Record<string, unknown>;
  if (typeof actor !== 'string' || !actor.includes('_') || !isCount(passes)) return undefined;
  const common = { actor: actor as ActorDbid, passes };
  if (type === 'start' && typeof first === 'boolean') return { ...common, type, first };
  if (type === 'ensure' && isCount(count)) return { ...common, type, count };
  return undefined;
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
