import { jest } from '@jest/globals';
import type { ExecutionDbid } from '@abaco/contract';
import type { RunEnd } from '../execution/attempt-end.js';
import { type Run, RunsUnderWay } from './runs-under-way.js';

const FINISHED: Promise<RunEnd> = Promise.resolve({ kind: 'finished' });
const never = new Promise<RunEnd>(() => undefined);

const runOf = (execution: string) => ({
  execution: execution as ExecutionDbid,
  halt: jest.fn<Run['halt']>(() => Promise.resolve()),
  leave: jest.fn<Run['leave']>(),
});

describe('RunsUnderWay', () => {
  let runs: RunsUnderWay<Run>;
  const [a, b, c] = [runOf('a'), runOf('b'), runOf('c')];

  beforeEach(() => {
    jest.clearAllMocks();
    runs = new RunsUnderWay();
  });

  it('frees the sandbox for the next run while an end is being recorded', () => {
    runs.begin(a, never);
    expect([runs.isNone, runs.isSandboxFree, runs.execution]).toEqual([false, false, 'a']);
    expect(runs.conclude(a)).toBe(true);
    expect([runs.isNone, runs.isSandboxFree, runs.execution]).toEqual([false, true, undefined]);
    runs.begin(b, never);
    runs.forget(a);
    expect(runs.execution).toBe('b');
    runs.forget(b);
    expect(runs.isNone).toBe(true);
  });

  it('lets only one end wait, and only of the run that has the sandbox', () => {
    runs.begin(a, never);
    runs.conclude(a);
    runs.begin(b, never);
    expect(runs.conclude(b)).toBe(false);
    runs.forget(a);
    expect(runs.conclude(c)).toBe(false);
    expect(runs.conclude(b)).toBe(true);
  });

  it('halts the run that has the sandbox', async () => {
    runs.begin(a, never);
    runs.conclude(a);
    await runs.halt();
    runs.begin(b, never);
    await runs.halt();
    expect([a.halt.mock.calls.length, b.halt.mock.calls.length]).toEqual([0, 1]);
  });

  it('waits for all, those that fail included', async () => {
    runs.begin(a, Promise.reject(new Error('away')));
    runs.conclude(a);
    runs.begin(b, FINISHED);
    expect(await runs.endWithin(60_000)).toBe(true);
    expect(a.leave).not.toHaveBeenCalled();
  });

  it('leaves those that do not end in time', async () => {
    runs.begin(a, FINISHED);
    runs.conclude(a);
    runs.begin(b, never);
    expect(await runs.endWithin(1)).toBe(false);
    expect(b.leave).toHaveBeenCalledTimes(1);
  });
});
