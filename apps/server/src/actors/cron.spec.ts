import type { ActorDescription, ActorUpdate } from '@abaco/runtime';
import { ApiApplication } from '../../test-support/api-application.js';
import { ACTOR } from '../../test-support/records.js';

interface Answer {
  message: string;
  result: Record<string, unknown>;
}

const SCHEDULE = '2078-09-6 20 + 3 months';
const START = new Date('2078-09-06T20:00:00Z');
const NO_SCHEDULE = { cron_schedule: null, cron_next_ex: null, cron_start: null, cron_due: null };

describe('cron fields', () => {
  let api: ApiApplication;
  let given: ActorDescription | ActorUpdate | undefined;

  beforeAll(async () => {
    api = await ApiApplication.start();
    const { register, update } = api.commands;
    api.commands.register = (caller, description) => register(caller, (given = description));
    api.commands.update = (caller, actor, changes) => update(caller, actor, (given = changes));
  });
  afterAll(() => api.close());
  beforeEach(() => {
    given = undefined;
  });

  const call = async (method: 'POST' | 'PUT', fields: object) => {
    const url = method === 'POST' ? '/actors' : `/actors/${ACTOR}`;
    const response = await api.inject({ method, url, payload: { image: 'i', ...fields } });
    return { code: response.statusCode, ...response.json<Answer>() };
  };

  it('register a schedule, which is on at once', async () => {
    const answer = await call('POST', { cron_schedule: SCHEDULE, cron_on: false });
    expect(answer).toMatchObject({
      code: 200,
      result: { cron_schedule: SCHEDULE, cron_on: true, cron_next_ex: '2078-9-6 20' },
    });
    expect(answer.result).not.toHaveProperty('cron_due');
    expect(given).toMatchObject({ cron_start: START, cron_due: START });
  });

  it('update the schedule and leave the switch as it is', async () => {
    expect(await call('PUT', { cron_schedule: SCHEDULE })).toMatchObject({ code: 200 });
    expect(given).toMatchObject({ cron_schedule: SCHEDULE, cron_next_ex: '2078-9-6 20', cron_due: START });
    expect(given).not.toHaveProperty('cron_on');
  });

  it('switch off and on', async () => {
    expect((await call('PUT', { cron_schedule: SCHEDULE, cron_on: false })).result).toMatchObject({ cron_on: false });
    expect((await call('PUT', { cron_on: 'true' })).result).toMatchObject({ cron_on: true });
    expect(given).not.toHaveProperty('cron_schedule');
  });

  it.each([[''], [null]])('remove the schedule by %j', async (cron_schedule) => {
    expect((await call('PUT', { cron_schedule })).code).toBe(200);
    expect(given).toMatchObject(NO_SCHEDULE);
  });

  it('do not take the next run from the request', async () => {
    await call('POST', { cron_next_ex: '2000-1-1 0' });
    expect(given).not.toHaveProperty('cron_next_ex');
  });

  it.each([
    [{ cron_schedule: 'every day' }, 'The cron is not in the correct format'],
    [{ cron_schedule: 'x + 1 day' }, 'The starting date x is not in the correct format'],
    [
      { cron_schedule: '2020-01-01 0 + 1 day' },
      /^The starting datetime is old\. The current UTC time is [-0-9]+ \d\d:00:00$/,
    ],
    [{ cron_schedule: 'now + 1 decade' }, 'decade is an invalid unit of time'],
    [{ cron_on: 'maybe' }, "Invalid actor description: {'cron_on': 'Whether cron is on or off'}"],
  ])('refuse %j with 400 in POST and PUT', async (fields, message) => {
    for (const method of ['POST', 'PUT'] as const) {
      const answer = await call(method, fields);
      expect(answer.code).toBe(400);
      expect(answer.message).toMatch(message);
    }
    expect(given).toBeUndefined();
  });
});
