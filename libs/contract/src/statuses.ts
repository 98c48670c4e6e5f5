/** Life of an actor. `SHUTTING_DOWN` is the first step of its deletion. */
export type ActorStatus = 'SUBMITTED' | 'READY' | 'ERROR' | 'SHUTTING_DOWN';

/** Life of an execution: never backwards, `COMPLETE` and `ERROR` are final. */
export type ExecutionStatus = 'SUBMITTED' | 'RUNNING' | 'COMPLETE' | 'ERROR';

/** Life of a worker. Note the mix of blanks and underscores: clients compare these strings. */
export type WorkerStatus =
  | 'REQUESTED'
  | 'SPAWNER SETUP'
  | 'PULLING IMAGE'
  | 'CREATING CONTAINER'
  | 'UPDATING STORE'
  | 'READY'
  | 'BUSY'
  | 'SHUTDOWN_REQUESTED'
  | 'SHUTTING_DOWN'
  | 'ERROR';

/** From which statuses a worker may come into a status; `undefined` means from any (contract 1.3). */
export const workerPredecessors: Readonly<Record<WorkerStatus, readonly WorkerStatus[] | undefined>> = {
  REQUESTED: [],
  'SPAWNER SETUP': ['REQUESTED'],
  'PULLING IMAGE': ['SPAWNER SETUP'],
  'CREATING CONTAINER': ['PULLING IMAGE'],
  'UPDATING STORE': ['CREATING CONTAINER'],
  READY: ['UPDATING STORE', 'BUSY', 'READY'],
  BUSY: ['READY'],
  SHUTDOWN_REQUESTED: undefined,
  SHUTTING_DOWN: undefined,
  ERROR: undefined,
};

export const isFinal = (status: ExecutionStatus): boolean => status === 'COMPLETE' || status === 'ERROR';
