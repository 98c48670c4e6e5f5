export type { Behavior, BehaviorFactory, BehaviorObject, BehaviorResult, Receive } from './behavior.js';
export type { ActorContext, Cancel, Outcome } from './context.js';
export type { AskOptions, Question, Ref, Reply, ReplyTo, Requests } from './ref.js';
export type { Overflow, SpawnOptions } from './spawn-options.js';
export type { Backoff, Directive, SupervisionStrategy } from './supervision.js';
export { ActorSystem, type ActorSystemOptions } from './actor-system.js';
export { type Clock, systemClock } from './clock.js';
export { type Codec, jsonCodec } from './codec.js';
export type { DeadLetter, DeadLetterReason } from './dead-letter.js';
export type { DurableOptions } from './durable-options.js';
export type { DurableConsumer, DurableDelivery, DurableMessage, DurableQueues } from './durable-queues.js';
export type { DurableRef, Lasting } from './durable-ref.js';
export { DurableSender, type DurableTarget } from './durable-sender.js';
export {
  ActorFailed,
  ActorStopped,
  AskTimeout,
  DurableMailboxFailed,
  InvalidName,
  MailboxFull,
  type MailboxOperation,
  NameTaken,
  NotAChild,
  StashFull,
} from './errors.js';
export { EventStream } from './event-stream.js';
export type { Interceptor } from './interceptor.js';
export type { ActorObserver, Failure, Handled, SystemEvent } from './observer.js';
export { OnDemandChildren, type OnDemandOptions } from './on-demand-children.js';
export { consistentHash } from './consistent-hash.js';
export { leastBusy } from './least-busy.js';
export { roundRobin } from './round-robin.js';
export { router, type RouterOptions } from './router.js';
export type { Routee, Routing } from './routing.js';
export type { ActorSnapshot, ActorStatus } from './snapshot.js';
export { spawnDurable } from './spawn-durable.js';
export { eventually } from './testing/eventually.js';
export { type Fault, FaultInjector, InjectedFault } from './testing/fault-injector.js';
export { ManualClock } from './testing/manual-clock.js';
export { createProbe, type Probe } from './testing/probe.js';
export { LeaksFound, createTestSystem, type TestSystem } from './testing/test-system.js';
