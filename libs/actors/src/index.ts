export type { Behavior, BehaviorFactory, BehaviorObject, BehaviorResult, Receive } from './behavior.js';
export type { ActorContext, Cancel, Outcome, SpawnOptions } from './context.js';
export type { AskOptions, Ref, ReplyTo } from './ref.js';
export type { Backoff, Directive, SupervisionStrategy } from './supervision.js';
export { ActorSystem, type ActorSystemOptions } from './actor-system.js';
export { type Clock, systemClock } from './clock.js';
export type { DeadLetter, DeadLetterReason } from './dead-letter.js';
export { ActorFailed, ActorStopped, AskTimeout, InvalidName, MailboxFull, NameTaken, NotAChild } from './errors.js';
export type { ActorSnapshot, ActorStatus } from './snapshot.js';
