import { literals } from './database-time.js';
import type { AttemptRecord } from './execution-record.js';

/** Ended attempts that a record keeps: the last ones. */
const ATTEMPTS_KEPT = 20;

/** Somebody runs it, or held it last: it does not pause before a next attempt. */
export const attemptUnderWay = { status: 'RUNNING', retry_at: { $exists: false } } as const;

/** Nobody runs it, and nobody has to be told when it ends: SUBMITTED, or RUNNING in the pause before its next attempt. */
export const isWaiting = {
  $or: [{ status: 'SUBMITTED' as const }, { status: 'RUNNING' as const, retry_at: { $exists: true } }],
};

const appended = (attempt: Readonly<Record<string, unknown>>) => {
  const attempts = [{ $ifNull: ['$attempts', []] }, [{ worker_id: '$worker_id', host_id: '$host_id', ...attempt }]];
  return { $slice: [{ $concatArrays: attempts }, -ATTEMPTS_KEPT] };
};

/** Of an update pipeline: the attempts of a record with one more, that of its present worker. */
export const withAttempt = (
  number: number,
  { start_time, finish_time, exit_code, failure, reason }: Omit<AttemptRecord, 'number' | 'worker_id' | 'host_id'>,
) => appended(literals({ number, start_time, finish_time, exit_code, failure, reason }));

/** Like {@link withAttempt}, of an attempt that the infrastructure has failed now. */
export const withFailedAttempt = (reason: string) =>
  appended({
    number: '$attempt',
    start_time: '$start_time',
    finish_time: '$$NOW',
    ...literals({ exit_code: null, failure: 'infrastructure', reason }),
  });

/** Of the pipeline of a claim: the attempt before is listed, if it left no word of its end. */
export const withLostAttempt = {
  $cond: [
    { $and: [{ $eq: ['$status', 'RUNNING'] }, { $ne: [{ $last: '$attempts.number' }, '$attempt'] }] },
    withFailedAttempt('Its lease ran out: the host that ran it could not be reached.'),
    { $ifNull: ['$attempts', '$$REMOVE'] },
  ],
};

/** Of an execution that nobody runs: it ends without an attempt. */
export const abandoned = (reason: string) =>
  ({
    $set: { status: 'ERROR', error: reason, lease_expires: null },
    $unset: { retry_at: 1 },
    $currentDate: { finish_time: true },
  }) as const;
