import type { ExecutionRecord } from '@abaco/store';

/** What an execution has used, in the units of the execution records. */
export type ExecutionStatistics = Pick<ExecutionRecord, 'runtime' | 'cpu' | 'io'>;
