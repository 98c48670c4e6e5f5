import { randomInt } from 'node:crypto';
import { Deployment } from '../faults/support/deployment.js';
import { Soak } from './soak.js';

/** Of faults and load, beside each broker. */
const MINUTES = Number(process.env.ABACO_SOAK_MINUTES ?? 2);
const SEED = Number(process.env.ABACO_SOAK_SEED ?? randomInt(2 ** 31));
const EACH_MS = MINUTES * 60_000;
/** For the messages that are under way at the end, and what is left over. */
const SETTLE_MS = 300_000;
/** Why a message was not accepted that has a record all the same. */
const REFUSED = /^The message was not accepted: /;

/** `npm run soak -- --minutes N --seed S` runs it for longer, or again. */
export function describeSoak(broker: 'embedded' | 'rabbitmq'): void {
  describe(`a random mix of load and faults with the ${broker} broker, seed ${SEED},`, () => {
    it(
      'loses no message, runs none to two ends and leaves nothing',
      async () => {
        const bed = await Deployment.start({
          name: 'soak',
          broker,
          movableClocks: ['server', 'store'],
          settings: { 'workers.lease_seconds': '5', 'workers.drain_seconds': '2' },
        });
        try {
          // faults of the engine may use up the attempts of a message: then it is a dead letter, which is an end as well
          const actors = await Promise.all(
            [{ max_workers: 2 }, { max_workers: 1 }, {}].map((one) => bed.register({ mem_limit: '64m', ...one })),
          );
          const soak = new Soak(bed, actors, SEED);
          await soak.run(EACH_MS);
          await bed.ready();
          const records = await bed.ledger.settled(SETTLE_MS);
          expect(bed.ledger.ranUnaccepted()).toEqual([]);
          for (const actor of actors) await bed.server.call('DELETE', `${actor}/dead_letters`);
          await bed.hoursLater();
          // the mailbox of an actor without workers may hold copies of messages that have ended: its next worker drops them
          for (const actor of actors) await bed.accepted(actor, 'true');
          await bed.settled();
          const refused = [...records.values()].filter(({ id }) => !bed.ledger.has(String(id)));
          // they have a record, since that comes before the broker: of each the user was told so, and sent it again
          for (const record of refused) {
            expect(record).toMatchObject({ status: 'ERROR', error: expect.stringMatching(REFUSED) as string });
          }
          const ends: Record<string, number> = { refused: refused.length };
          for (const { id, status } of records.values()) {
            if (bed.ledger.has(String(id))) ends[status] = (ends[status] ?? 0) + 1;
          }
          const figures = JSON.stringify({ ...soak.figures, ends });
          console.info(`soak of ${EACH_MS / 1000} s, seed ${SEED}, ${broker}: ${figures}`);
          expect(soak.figures.accepted).toBeGreaterThan(0);
          await bed.emptied();
        } finally {
          await bed.stop();
        }
      },
      EACH_MS + SETTLE_MS + 240_000,
    );
  });
}
