import { boolean, integer, type Options } from '../../option.js';

/** What requests may do with executions, and how long their logs are kept. */
export interface ExecutionsConfig {
  readonly default_token: boolean;
  /** Seconds; -1 = never expire. Default 43,200. */
  readonly log_ex: number;
  readonly log_ex_limit: number;
  /** Characters. Default 1,000,000. */
  readonly max_log_length: number;
  /** Bytes of a binary message. Default 500,000,000. */
  readonly max_content_length: number;
  /** Bytes of JSON, form and text bodies that a server holds at a time. Default 134,217,728. */
  readonly max_buffered_bytes: number;
  /** Seconds that `_abaco_synchronous` waits at most. Default 50. */
  readonly synchronous_timeout: number;
  /** Requests of a tenant that wait for executions at a time; -1: no limit. Default 100. */
  readonly max_synchronous: number;
  /** Executions that a tenant follows at a time; -1: no limit. Default 100. */
  readonly max_streams: number;
  /** Executions that are not final, of a user with the role `Internal/abaco-limited`; -1: no limit. Default 5. */
  readonly limited_max_executions: number;
}

export const executions: Options<ExecutionsConfig> = {
  default_token: boolean({ help: '`token` of actors that do not say.', default: false }),
  log_ex: integer({
    help: 'Seconds after which logs expire, unless the actor says `log_ex`; -1: never.',
    default: 43_200,
    min: 1,
    unlimited: true,
  }),
  log_ex_limit: integer({
    help: 'Seconds; the highest `log_ex` that an actor gets; -1: no limit.',
    default: 86_400,
    min: 1,
    unlimited: true,
  }),
  max_log_length: integer({ help: 'Characters of a log; the rest is cut off.', default: 1_000_000, min: 1 }),
  max_content_length: integer({ help: 'Bytes of a binary message.', default: 500_000_000, min: 1 }),
  max_buffered_bytes: integer({
    help: 'Bytes of requests with JSON, forms or text, 8 MiB each at most, that a server holds at a time, and half of them of one tenant; beyond, 503. Memory for some times as much is needed; binary messages are not held.',
    default: 134_217_728,
    min: 8_388_608,
  }),
  synchronous_timeout: integer({
    help: 'Seconds that a request with `_abaco_synchronous=true` waits; then it gets 202 with the id of the execution. Less than the time-outs of proxies in front.',
    default: 50,
    min: 1,
    max: 3_600,
  }),
  max_synchronous: integer({
    help: 'Requests of a tenant that wait for executions at a time, in each server; -1: no limit.',
    default: 100,
    min: 0,
    unlimited: true,
  }),
  max_streams: integer({
    help: 'Streams of logs and events that a tenant reads at a time, in each server; -1: no limit.',
    default: 100,
    min: 0,
    unlimited: true,
  }),
  limited_max_executions: integer({
    help: 'Executions that are not final, at a time, of a user who is a user of Abaco only by the role Internal/abaco-limited; -1: no limit.',
    default: 5,
    min: 0,
    unlimited: true,
  }),
};
