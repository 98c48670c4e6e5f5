import { boolean, integer, type Options } from '../../option.js';

/** How many workers an actor has, and for how long. */
export interface WorkerScalingConfig {
  /** Workers that are started at registration. Default 1. */
  readonly init_count: number;
  /** More workers while messages wait. Default true. */
  readonly autoscaling: boolean;
  /** Workers of each actor that stay although nothing waits. Default 0. */
  readonly min_workers: number;
  /** Messages for each of which there is one worker. Default 1. */
  readonly messages_per_worker: number;
  /** Seconds that the oldest message waits before there are more workers than one. Default 0. */
  readonly scale_up_age: number;
  /** Workers that are added at a time; -1 (default): all that are wanted. */
  readonly scale_up_step: number;
  /** Seconds between two additions. Default 0. */
  readonly scale_up_cooldown: number;
  /** Seconds that an idle worker lives; -1 = for ever. Default 600. */
  readonly worker_ttl: number;
  /** Seconds that one idle worker of an actor with the hint `sync` lives, if longer than `worker_ttl`. Default 600. */
  readonly sync_max_idle_time: number;
  /** Seconds before an actor in ERROR is tried again, doubled each time; -1 = never. Default 30. */
  readonly error_retry_delay: number;
  /** Seconds that these pauses grow to. Default 900. */
  readonly error_retry_max_delay: number;
}

export const scaling: Options<WorkerScalingConfig> = {
  init_count: integer({
    help: 'Workers that are started when an actor is registered, at most as many as it may have; one of stateful actors.',
    default: 1,
    min: 0,
    max: 100_000,
  }),
  autoscaling: boolean({ help: 'More workers while messages wait (stateless actors only).', default: true }),
  min_workers: integer({
    help: 'Workers of each actor that stay although nothing waits, unless the actor says so in `scaling`; 0: none.',
    default: 0,
    min: 0,
    max: 100_000,
  }),
  messages_per_worker: integer({
    help: 'Messages, waiting and running, for each of which there is one worker, unless the actor says so in `scaling`.',
    default: 1,
    min: 1,
    max: 1_000_000,
  }),
  scale_up_age: integer({
    help: 'Seconds that the oldest message waits before there are more workers than one, unless the actor says so in `scaling`.',
    default: 0,
    min: 0,
    max: 86_400,
  }),
  scale_up_step: integer({
    help: 'Workers that are added at a time, every `scale_up_cooldown`, unless the actor says so in `scaling`; -1: all that are wanted.',
    default: -1,
    min: 1,
    max: 100_000,
    unlimited: true,
  }),
  scale_up_cooldown: integer({
    help: 'Seconds between two additions of workers, unless the actor says so in `scaling`.',
    default: 0,
    min: 0,
    max: 86_400,
  }),
  worker_ttl: integer({
    help: 'Seconds that an idle worker lives, unless the actor says so in `scaling`; -1: for ever.',
    default: 600,
    min: 1,
    unlimited: true,
  }),
  sync_max_idle_time: integer({
    help: 'Seconds that one idle worker of an actor with the hint `sync` lives, if longer than `worker_ttl`.',
    default: 600,
    min: 0,
  }),
  error_retry_delay: integer({
    help: 'Seconds after which an actor in ERROR is tried again whose image could not be fetched or whose workers the engine refused; doubled each time. -1: only when it is updated.',
    default: 30,
    min: 1,
    max: 86_400,
    unlimited: true,
  }),
  error_retry_max_delay: integer({
    help: 'Seconds that these pauses grow to.',
    default: 900,
    min: 1,
    max: 86_400,
  }),
};
