import type { ContainerLabels } from '@abaco/engine';
import type { ExecutionRecord } from '@abaco/store';
import { silentLogger } from '../logger.js';
import { removeOrphans } from './remove-orphans.js';

type Services = Parameters<typeof removeOrphans>[0];

const LABELS = { instance: 'i', actor: 'DEV_a', worker: 'w', execution: 'DEV_a_e' } as unknown as ContainerLabels;
const ago = (seconds: number): Date => new Date(Date.now() - seconds * 1_000);

describe('a container of an execution', () => {
  const removedOf = async (
    execution: Partial<ExecutionRecord> | null,
    { worker = true, leave_containers = false } = {},
  ): Promise<string[]> => {
    const removed: string[] = [];
    await removeOrphans({
      engine: {
        find: () => Promise.resolve([{ id: 'c', labels: LABELS, state: 'exited' }]),
        remove: (id: string) => Promise.resolve(void removed.push(id)),
      },
      store: {
        executions: { find: () => Promise.resolve(execution) },
        workers: { find: () => Promise.resolve(worker ? {} : null) },
      },
      instance: 'i',
      logger: silentLogger,
      telemetry: {},
      config: { workers: { leave_containers } },
    } as unknown as Services);
    return removed;
  };

  it('that is not final stays, whoever has it: its next attempt may adopt it', async () => {
    expect(await removedOf({ status: 'RUNNING', finish_time: null }, { worker: false })).toEqual([]);
  });

  it('that nobody knows goes', async () => {
    expect(await removedOf(null)).toEqual(['c']);
  });

  it('that is final is left to its worker for a while, which may have failed to remove it: then it goes', async () => {
    expect(await removedOf({ status: 'COMPLETE', finish_time: ago(5) })).toEqual([]);
    expect(await removedOf({ status: 'COMPLETE', finish_time: ago(60) })).toEqual(['c']);
    expect(await removedOf({ status: 'COMPLETE', finish_time: ago(5) }, { worker: false })).toEqual(['c']);
  });

  it('stays with its worker when containers are to be kept', async () => {
    const keep = { leave_containers: true };
    expect(await removedOf({ status: 'COMPLETE', finish_time: ago(60) }, keep)).toEqual([]);
    expect(await removedOf({ status: 'COMPLETE', finish_time: ago(60) }, { ...keep, worker: false })).toEqual(['c']);
  });
});
