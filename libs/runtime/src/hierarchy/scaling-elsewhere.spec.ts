import { loadConfig } from '@abaco/config';
import type { ActorDbid, HostId } from '@abaco/contract';
import type { ActorRecord, WorkerRecord } from '@abaco/store';
import { Backlog } from '../scaling/backlog.js';
import { ScalingElsewhere } from './scaling-elsewhere.js';
import type { WorkerCommands } from './worker-commands.js';

const actor = {
  _id: 'DEV_a' as ActorDbid,
  tenant: 'DEV',
  queue: 'default',
  revision: 1,
  stateless: true,
} as ActorRecord;
const idle = { host_id: 'other' as HostId, revision: 1, status: 'READY' } as WorkerRecord;

describe('ScalingElsewhere', () => {
  let recorded: WorkerRecord[];
  let asked: object[];
  let looks: number;
  let scaling: ScalingElsewhere;
  let backlog: Backlog;

  beforeEach(() => {
    [recorded, asked, looks, backlog] = [[], [], 0, new Backlog()];
    const services = {
      config: loadConfig({ env: {} }),
      store: { workers: { list: () => Promise.resolve(recorded) } },
      hostId: 'api' as HostId,
    };
    const commands = { start: (_actor: unknown, command: object) => asked.push(command) > 0 };
    scaling = new ScalingElsewhere(services as never, commands as unknown as WorkerCommands, () => void looks++);
  });

  const look = (): Promise<void> => scaling.look(actor, { idleCount: true });
  const scale = (): void => scaling.scale(actor, backlog, false);
  const message = (): void => backlog.add(1, performance.now());

  it('asks for the first worker at once, and once', () => {
    message();
    scale();
    message();
    scale();
    expect(asked).toEqual([{ only: true, first: false }]);
    expect(looks).toBe(1); // whether it has shown
  });

  it('leaves a message to the worker that there is', async () => {
    recorded = [idle];
    await look();
    message();
    scale();
    await look();
    scale();
    expect(asked).toEqual([]);
  });

  it('does not trust what it saw before the message came: the worker may have gone', async () => {
    recorded = [idle];
    await look();
    scale();
    recorded = [];
    message();
    scale();
    expect([asked, looks]).toEqual([[], 1]);
    await look();
    scale();
    expect(asked).toEqual([{ only: true, first: false }]);
  });
});
