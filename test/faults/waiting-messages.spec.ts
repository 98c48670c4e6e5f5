import { eventually } from '../support/eventually.js';
import { BROKERS } from './support/broker-kind.js';
import { Deployment } from './support/deployment.js';
import { insist } from './support/insist.js';
import { residentMemory } from './support/resident-memory.js';

/** `npm run soak -- --waiting 100000` asks for more. */
const WAITING = Number(process.env.ABACO_WAITING_MESSAGES ?? 3_000);
const AT_ONCE = 50;
/** The processes are warm after so many. */
const WARM = 1_000;
/** Of each process, MiB: a hundred thousand messages that stayed in it would take more. */
const HEAP_MIB = 128;
/** What the rest may take of each process, however many they are, MiB: garbage, and no messages. */
const MOST_GROWTH_MIB = 64;
/** Per message: accepting it, and ending it. This machine may be busy. */
const EACH_MS = 30;

describe.each(BROKERS)(`${WAITING} messages that wait in the %s broker`, (broker) => {
  let bed: Deployment;
  let actor: string;

  beforeAll(async () => {
    bed = await Deployment.start({ broker, name: 'waiting', watched: false, heap: HEAP_MIB });
    actor = await bed.register({ max_workers: 1 });
  }, 120_000);
  afterAll(() => bed?.stop(), 60_000);

  const send = async (count: number): Promise<void> => {
    let left = count;
    const sender = async (): Promise<void> => {
      while (left-- > 0) await insist(bed, actor, 'echo waited');
    };
    await Promise.all(Array.from({ length: AT_ONCE }, sender));
  };
  const memory = async (): Promise<{ server: number; store: number }> => ({
    server: await residentMemory(bed.server.pid),
    store: await residentMemory(bed.store.pid),
  });
  const count = (status: string): Promise<number> => bed.database.collection('executions').countDocuments({ status });

  it(
    'take no memory, outlive the server, run, and end when they are purged',
    async () => {
      const blocker = await bed.accepted(actor, 'sleep 100000');
      await bed.reaches(actor, blocker, 'RUNNING');
      await send(WARM);
      const warm = await memory();
      await send(WAITING - WARM);
      const full = await memory();
      expect(await count('SUBMITTED')).toBe(WAITING);

      await bed.replaceServer();
      await bed.reaches(actor, blocker, 'RUNNING');
      const halted = await bed.server.call('DELETE', `${actor}/executions/${blocker}`);
      expect(halted.status).toBe(200);
      await eventually('some run', async () => (await count('COMPLETE')) > 10, 120_000);
      const restarted = await memory();
      const purged = await bed.server.call('DELETE', `${actor}/messages`);
      expect(purged.status).toBe(200);
      const records = await bed.settled();
      expect(records.size).toBe(WAITING + 1);
      const megabytes = [warm, full, restarted].map(({ server, store }) => [server, store].map((n) => n / 2 ** 20));
      console.info(`${WAITING} waiting messages: server and store, MiB, warm, full, restarted`, megabytes);
      for (const which of ['server', 'store'] as const) {
        for (const later of [full, restarted]) {
          expect((later[which] - warm[which]) / 2 ** 20).toBeLessThan(MOST_GROWTH_MIB);
        }
      }
      await bed.emptied();
    },
    WAITING * EACH_MS + 240_000,
  );
});
