import { eventually } from '../support/eventually.js';
import { Deployment } from './support/deployment.js';

/** A step of a worker's life that gets no answer is given up after 30 s; then comes what is left of it. Milliseconds. */
const GIVEN_UP_WITHIN_MS = 60_000;

/** Contract 5.9 removes what starts or stops for five minutes. */
describe('a worker that the container engine forgets', () => {
  let bed: Deployment;

  beforeAll(async () => {
    bed = await Deployment.start({ broker: 'embedded', name: 'stuck', settings: { 'workers.init_count': '0' } });
  }, 180_000);
  afterAll(() => bed?.stop(), 60_000);

  const workers = (actor: string) =>
    bed.database
      .collection<{ _id: string; status: string }>('workers')
      .find({ actor_id: { $regex: `_${actor.slice('/actors/'.length)}$` } })
      .toArray();

  it('while it starts is given up, and another start runs the message', async () => {
    const gate = bed.engine.gate(/^POST \/containers\/create$/, 'request');
    const actor = await bed.register({ max_workers: 1 });
    const execution = await bed.accepted(actor, 'exit 3');
    await gate.reached;
    await eventually('its status is on record', async () => (await workers(actor))[0]?.status === 'CREATING CONTAINER');
    expect((await bed.execution(actor, execution)).status).toBe('SUBMITTED');
    await bed.reaches(actor, execution, 'COMPLETE', GIVEN_UP_WITHIN_MS);
    gate.open();
    expect((await bed.execution(actor, execution)).exit_code).toBe(3);
    expect(await workers(actor)).toHaveLength(1);
  }, 120_000);

  it('while it stops loses its record, and its container is removed all the same', async () => {
    const actor = await bed.register({ max_workers: 1 });
    await bed.reaches(actor, await bed.accepted(actor, 'true'), 'COMPLETE');
    await bed.settled();
    const gate = bed.engine.gate(/^DELETE \/containers\//, 'request');
    const [worker] = (await bed.server.call<{ id: string }[]>('GET', `${actor}/workers`)).result;
    expect((await bed.server.call('DELETE', `${actor}/workers/${worker!.id}`)).status).toBe(200);
    await gate.reached;
    expect((await workers(actor)).map(({ status }) => status)).toEqual(['SHUTTING_DOWN']);
    await eventually('it has no record', async () => (await workers(actor)).length === 0, GIVEN_UP_WITHIN_MS);
    await bed.emptied();
    gate.open();
  }, 180_000);
});
