import { jest } from '@jest/globals';
import type { WorkerId, WorkerStatus } from '@abaco/contract';
import type { ActorRecord, Store } from '@abaco/store';
import { silentLogger } from '../logger.js';
import { WorkerStatusReport } from './worker-status.js';

describe('WorkerStatusReport', () => {
  let written: WorkerStatus[];
  let noted: number;
  let fail: boolean;
  let report: WorkerStatusReport;

  beforeEach(() => {
    jest.useFakeTimers();
    written = [];
    noted = 0;
    fail = false;
    const transition = (_actor: unknown, _worker: unknown, to: WorkerStatus): Promise<boolean> => {
      if (fail) return Promise.reject(new Error('away'));
      written.push(to);
      return Promise.resolve(true);
    };
    const noteExecution = (): Promise<void> => {
      noted++;
      return Promise.resolve();
    };
    report = new WorkerStatusReport(
      { workers: { transition, noteExecution } } as unknown as Store,
      { _id: 'DEV_a' } as unknown as ActorRecord,
      'w' as WorkerId,
      silentLogger,
    );
  });
  afterEach(() => jest.useRealTimers());

  it('shows a long execution, and its end', async () => {
    report.busy();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(written).toEqual(['BUSY']);
    report.idle();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(written).toEqual(['BUSY', 'READY']);
  });

  it('writes once for many short executions', async () => {
    for (let run = 0; run < 20; run++) {
      report.busy();
      report.idle();
    }
    report.busy();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(written).toEqual(['BUSY']);
    expect(noted).toBe(0);
  });

  it('writes every five seconds while short executions follow one another', async () => {
    for (let run = 0; run < 100; run++) {
      report.busy();
      await jest.advanceTimersByTimeAsync(90);
      report.idle();
      await jest.advanceTimersByTimeAsync(10);
    }
    await jest.advanceTimersByTimeAsync(5_000);
    expect(written.length + noted).toBeGreaterThanOrEqual(2);
    expect(written.length + noted).toBeLessThanOrEqual(3);
  });

  it('stays BUSY while long executions follow one another', async () => {
    for (let run = 0; run < 3; run++) {
      report.busy();
      await jest.advanceTimersByTimeAsync(1_500);
      report.idle();
    }
    expect([written, noted]).toEqual([['BUSY'], 0]); // it has been so all the time, but for an instant
    for (let run = 0; run < 3; run++) {
      report.busy();
      await jest.advanceTimersByTimeAsync(1_500);
      report.idle();
    }
    expect([written, noted]).toEqual([['BUSY'], 1]);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(written).toEqual(['BUSY', 'READY']);
  });

  it('is BUSY as long as one of two executions that overlap goes on', async () => {
    report.busy();
    report.busy();
    report.idle();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(written).toEqual(['BUSY']);
    report.idle();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(written).toEqual(['BUSY', 'READY']);
  });

  it('writes the shutdown at once, and nothing after it', async () => {
    report.busy();
    report.idle();
    await report.shuttingDown();
    report.idle();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(written).toEqual(['SHUTTING_DOWN']);
  });

  it('passes over a store that is away', async () => {
    fail = true;
    report.busy();
    await jest.advanceTimersByTimeAsync(1_000);
    fail = false;
    report.idle();
    await jest.advanceTimersByTimeAsync(5_000);
    expect([written, noted]).toEqual([[], 1]); // the store says READY, as before
    report.busy();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(written).toEqual(['BUSY']);
  });
});
