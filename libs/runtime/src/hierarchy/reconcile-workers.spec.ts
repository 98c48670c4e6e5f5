import type { Ref } from '@abaco/actors';
import { actorDbid, type ActorId, type HostId, type TenantId, type WorkerId } from '@abaco/contract';
import type { FoundContainer } from '@abaco/engine';
import type { WorkerRecord } from '@abaco/store';
import { silentLogger } from '../logger.js';
import type { RuntimeServices } from '../runtime-services.js';
import { WorkerReconciliation } from './reconcile-workers.js';
import type { TenantsMessage } from './tenants-supervisor.js';
import { WorkersHere } from './workers-here.js';

const actor = actorDbid('DEV' as TenantId, 'a' as ActorId);
const worker = 'w' as WorkerId;
const cid = 'c'.repeat(64);
const record = (fields: Partial<WorkerRecord> = {}): WorkerRecord =>
  ({ _id: `${actor}_${worker}`, id: worker, actor_id: actor, status: 'READY', cid, ...fields }) as WorkerRecord;
const container = (state: string): FoundContainer => ({
  id: cid,
  state,
  labels: { instance: 'i', tenant: 'DEV', actor, worker },
});

describe('the workers of a host beside their records and sandboxes', () => {
  let here: WorkersHere;
  let records: WorkerRecord[];
  let containers: FoundContainer[];
  let deleted: WorkerId[];
  let told: TenantsMessage[];
  let mended: unknown[];
  let well: readonly string[];
  let reconciliation: WorkerReconciliation;
  const pass = () => reconciliation.pass(() => Promise.resolve(containers));

  beforeEach(() => {
    here = new WorkersHere();
    [records, containers, deleted, told, mended] = [[], [], [], [], []];
    const workers = {
      listOnHost: () => Promise.resolve(records),
      noteHealthy: (_: string, ids: readonly string[]) => Promise.resolve(void (well = ids)),
      delete: (_: string, id: WorkerId) => Promise.resolve(void deleted.push(id)),
    };
    const services = {
      store: { workers },
      hostId: 'h' as HostId,
      logger: silentLogger,
      telemetry: { mended: (...event: unknown[]) => void mended.push(event) },
    } as unknown as RuntimeServices;
    const tenants = { tell: (message: TenantsMessage) => void told.push(message) } as unknown as Ref<TenantsMessage>;
    reconciliation = new WorkerReconciliation(services, tenants, here);
  });

  const start = (): void => {
    here.enter(worker, actor);
    here.started(worker);
  };

  it.each(['READY', 'BUSY'] as const)('that are %s with a running sandbox are left alone', async (status) => {
    start();
    records = [record({ status })];
    containers = [container('running')];
    for (let look = 0; look < 3; look++) await pass();
    expect([told, deleted, mended]).toEqual([[], [], []]);
    expect(well).toEqual([`${actor}_${worker}`]);
  });

  it('that are starting or stopping, or need no container, are left alone', async () => {
    start();
    records = [
      record({ status: 'CREATING CONTAINER' }),
      record({ status: 'SHUTTING_DOWN' }),
      record({ cid: 'none-w' }),
    ];
    await pass();
    expect([told, deleted]).toEqual([[], []]);
  });

  it.each(['exited', 'gone'])('whose sandbox is %s start anew, which is counted once', async (state) => {
    start();
    records = [record()];
    containers = state === 'gone' ? [] : [container(state)];
    await pass();
    await pass();
    const command = { type: 'carry-out-replace', worker, why: 'its sandbox is gone' };
    expect(told).toEqual(Array(2).fill({ type: 'to-actor', tenant: 'DEV', actor: 'a', command }));
    expect(mended).toEqual([['lost-sandbox', { worker, actor }]]);
    expect(well).toEqual([]);
  });

  it('that are gone lose their records', async () => {
    records = [record()];
    containers = [container('running')];
    await pass();
    expect([deleted, mended, told]).toEqual([[worker], [['worker-record', { worker, actor }]], []]);
  });

  it('without a record at two looks start anew, and not before', async () => {
    start();
    await pass();
    expect(told).toEqual([]);
    await pass();
    expect(told).toMatchObject([{ command: { type: 'carry-out-replace', worker, why: 'its record is gone' } }]);
    expect(mended).toEqual([['unrecorded-worker', { worker, actor }]]);
  });

  it('that ask for a record, or have ended since the first look, need none', async () => {
    here.enter(worker, actor);
    await pass();
    await pass();
    here.started(worker);
    await pass();
    here.leave(worker);
    await pass();
    expect(told).toEqual([]);
  });
});
