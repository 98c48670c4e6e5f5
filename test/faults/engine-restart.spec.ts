import { EngineProcess } from '../support/engine-process.js';
import { eventually } from '../support/eventually.js';
import { buildTestImages } from '../support/images.js';
import { BROKERS, type BrokerKind } from './support/broker-kind.js';
import { Deployment } from './support/deployment.js';

const SECONDS = 8;
/** Hears TERM within a tenth of a second, and is not heard of otherwise. */
const LONG = `trap 'echo stopped; exit 9' TERM; read id < /proc/sys/kernel/random/uuid; echo begun $id; n=0; while [ $n -lt ${SECONDS * 10} ]; do sleep 0.1; n=$((n+1)); done; echo ended; exit 4`;

/** One server with its broker, and what its user has there. */
interface Place {
  readonly bed: Deployment;
  readonly actor: string;
}

/** What an engine's end does to the containers. */
type Fate = 'stopped' | 'adopted';
const ENDS: Record<Fate, object> = {
  stopped: { status: 'COMPLETE', exit_code: 9 },
  adopted: { status: 'COMPLETE', exit_code: 4 },
};
const LAST_LINES: Record<Fate, string> = { stopped: 'stopped\n', adopted: 'ended\n' };

/** A dockerd of their own under two servers, one with each broker: what happens to it happens to both at once. */
describe('a container engine that ends and starts again', () => {
  let dockerd: EngineProcess;
  let places: Place[];

  beforeAll(async () => {
    dockerd = await EngineProcess.start();
    await buildTestImages(dockerd.url);
    places = await Promise.all(BROKERS.map(placeWith));
  }, 240_000);
  afterAll(async () => {
    try {
      await Promise.all((places ?? []).map(({ bed }) => bed.stop()));
    } finally {
      await dockerd?.remove();
    }
  }, 120_000);

  const placeWith = async (broker: BrokerKind): Promise<Place> => {
    const bed = await Deployment.start({
      name: 'enginerestart',
      broker,
      dockerd,
      settings: { 'workers.network': 'none' },
    });
    const actor = await bed.register({ max_workers: 1 });
    await bed.accepted(actor, 'true');
    return { bed, actor };
  };
  const everywhere = <T>(work: (place: Place) => Promise<T>): Promise<T[]> => Promise.all(places.map(work));
  const isReady = async ({ bed }: Place): Promise<boolean> => (await fetch(`${bed.server.url}/health/ready`)).ok;

  it.each<['kill' | 'stop', string, boolean, Fate]>([
    ['kill', 'is killed with -9, and stops at its start what it finds running', false, 'stopped'],
    ['stop', 'gets SIGTERM, and stops its containers first', true, 'stopped'],
    ['kill', 'is killed with -9, and adopts what runs on without it', true, 'adopted'],
    ['stop', 'gets SIGTERM, and leaves its containers running', true, 'adopted'],
  ])(
    '(%s) when it %s: each message has one end, and what waited runs',
    async (how, _what, liveRestore, fate) => {
      const sent = await everywhere(async ({ bed, actor }) => {
        const running = await bed.accepted(actor, LONG);
        const waiting = [await bed.accepted(actor, 'echo waited')];
        const begun = await eventually('it runs', () => bed.logs(actor, running));
        return { bed, actor, running, begun, waiting };
      });
      await dockerd[how]();
      try {
        await everywhere((place) => eventually('the outage is noticed', async () => !(await isReady(place))));
        for (const { bed, actor, running, waiting } of sent) {
          waiting.push(await bed.accepted(actor, 'echo waited'));
          // one that stops the container first may tell of its end, and the next message is on its way then
          const statuses = how === 'stop' && fate === 'stopped' ? ['COMPLETE', 'RUNNING'] : ['RUNNING'];
          expect(statuses).toContain((await bed.execution(actor, running)).status);
          if (how === 'kill') {
            for (const id of waiting) expect(await bed.execution(actor, id)).toMatchObject({ status: 'SUBMITTED' });
          }
        }
      } finally {
        await dockerd.restart({ liveRestore });
      }
      await everywhere(({ bed }) => bed.ready());
      for (const { bed, actor, running, begun, waiting } of sent) {
        const records = await bed.settled();
        expect(records.get(running)).toMatchObject(ENDS[fate]);
        // of the same container: another one would have another id
        expect(await bed.logs(actor, running)).toBe(begun + LAST_LINES[fate]);
        for (const id of waiting) {
          expect(records.get(id)).toMatchObject({ status: 'COMPLETE', exit_code: 0, error: null });
          expect(await bed.logs(actor, id)).toBe('waited\n');
        }
        const { result } = await bed.server.call<{ status: string }>('GET', actor);
        expect(result.status).toBe('READY');
      }
    },
    180_000,
  );

  it('leaves nothing when the actors are deleted', async () => {
    await everywhere(({ bed }) => bed.emptied());
  }, 120_000);
});
