import type { ContainerOutcome } from '@abaco/engine';
import type { ExecutionOutcome, ResourcesRecord } from '@abaco/store';

/** What is recorded of a container that has ended (contract 4.11). */
export function toRecord(outcome: ContainerOutcome): ExecutionOutcome {
  return {
    status: 'COMPLETE',
    start_time: outcome.startedAt,
    finish_time: outcome.finishedAt,
    runtime: Math.max(0, Math.trunc((outcome.finishedAt.getTime() - outcome.startedAt.getTime()) / 1000)),
    cpu: outcome.cpuNs,
    io: outcome.ioBytes,
    resources: resourcesOf(outcome),
    exit_code: outcome.exitCode,
    image_digest: outcome.imageDigest,
    final_state: { ...outcome.state },
  };
}

const resourcesOf = ({ resources }: ContainerOutcome): ResourcesRecord => ({
  memory_peak: resources.memoryPeakBytes ?? null,
  network_received: resources.receivedBytes ?? null,
  network_sent: resources.sentBytes ?? null,
  block_read: resources.blockReadBytes ?? null,
  block_written: resources.blockWrittenBytes ?? null,
});

/** What is recorded of an execution that ended without a container. */
export function withoutContainer(
  end: Pick<ExecutionOutcome, 'status' | 'error' | 'failure'> & Partial<Pick<ExecutionOutcome, 'final_state'>>,
): ExecutionOutcome {
  return {
    start_time: null,
    finish_time: new Date(),
    runtime: 0,
    cpu: 0,
    io: 0,
    exit_code: null,
    image_digest: null,
    final_state: null,
    ...end,
  };
}
