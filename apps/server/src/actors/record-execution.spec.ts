import type { ExecutionStatistics } from '@abaco/runtime';
import { ApiApplication } from '../../test-support/api-application.js';
import { ACTOR, actorRecord } from '../../test-support/records.js';

const url = `/actors/${ACTOR}/executions`;

describe('recording an execution', () => {
  let api: ApiApplication;
  let recorded: ExecutionStatistics | undefined;
  beforeAll(async () => {
    api = await ApiApplication.start();
    api.commands.recordExecution = (_caller, _actor, statistics) => {
      recorded = statistics;
      return Promise.resolve(actorRecord());
    };
  });
  afterAll(() => api.close());
  beforeEach(() => {
    recorded = undefined;
  });

  const post = async (payload: object | string, path = url, type = 'application/json') => {
    const response = await api.inject({ method: 'POST', url: path, payload, headers: { 'content-type': type } });
    return { code: response.statusCode, ...response.json<{ message: string; result: unknown }>() };
  };

  it('takes three integers and answers with the actor', async () => {
    expect(await post({ runtime: 5, cpu: '60', io: 0 })).toMatchObject({
      code: 200,
      status: 'success',
      message: 'Actor execution added successfully.',
      result: { id: ACTOR, image: 'abacosamples/wc' },
    });
    expect(recorded).toEqual({ runtime: 5, cpu: 60, io: 0 });
  });

  it('takes them from a form and the query, too', async () => {
    await post('cpu=2&io=3', `${url}?runtime=1`, 'application/x-www-form-urlencoded');
    expect(recorded).toEqual({ runtime: 1, cpu: 2, io: 3 });
  });

  it.each([
    [
      { cpu: 1, io: 1 },
      "Invalid actor execution description: {'runtime': 'Runtime, in milliseconds, of the execution.'}",
    ],
    [
      { runtime: 'x', io: 1 },
      "Invalid actor execution description: {'cpu': 'CPU usage, in user jiffies, of the execution.'}",
    ],
    [
      { runtime: 1, cpu: 1 },
      "Invalid actor execution description: {'io': 'Block I/O usage, in number of 512-byte sectors read from and written to, by the execution.'}",
    ],
    [{ runtime: 'long', cpu: 1, io: 1 }, 'Argument runtime must be an integer.'],
    [{ runtime: 1, cpu: 1.5, io: 1 }, 'Argument cpu must be an integer.'],
    [{ runtime: 1, cpu: 1, io: null }, 'Argument io must be an integer.'],
    [{ runtime: 1, cpu: 1, io: '' }, 'Argument io must be an integer.'],
    [{ runtime: -1, cpu: 1, io: 1 }, 'Argument runtime must not be negative.'],
  ])('refuses %j', async (payload, message) => {
    expect(await post(payload)).toMatchObject({ code: 400, status: 'error', message, result: null });
    expect(recorded).toBeUndefined();
  });

  it('refuses what is no JSON', async () => {
    const { code, message } = await post('{');
    expect([code, message]).toEqual([
      400,
      expect.stringMatching(/^Invalid actor execution description: the body is no JSON/),
    ]);
  });

  it('answers 404 when there is no such actor', async () => {
    expect(await post({}, '/actors/JN0Boakk0VzKX/executions')).toMatchObject({
      code: 404,
      message: 'No actor found with id: JN0Boakk0VzKX.',
    });
  });

  it('is no PUT', async () => {
    const response = await api.inject({ method: 'PUT', url, payload: {} });
    expect(response.statusCode).toBe(405);
  });
});
