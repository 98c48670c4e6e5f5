import type { Clock } from './clock.js';
import type { Interceptor } from './interceptor.js';
import type { Reports } from './reports.js';
import type { Scheduler } from './scheduler.js';

/** What all cells of a system share. */
export interface Environment {
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly reports: Reports;
  readonly interceptor?: Interceptor;
}
