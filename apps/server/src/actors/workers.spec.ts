import type { WorkerId } from '@abaco/contract';
import { ActorInError, WorkerNotFound } from '@abaco/runtime';
import { ApiApplication } from '../../test-support/api-application.js';
import { ACTOR, WORKER } from '../../test-support/records.js';

const url = `/actors/${ACTOR}/workers`;

describe.each(['snake', 'camel'] as const)('starting and stopping workers in %s case', (letterCase) => {
  let api: ApiApplication;
  beforeAll(async () => {
    api = await ApiApplication.start({ web: { case: letterCase } });
  });
  afterAll(() => api.close());

  const post = async (payload?: object | string, query = '', type = 'application/json') => {
    const response = await api.inject({
      method: 'POST',
      url: url + query,
      ...(payload === undefined ? {} : { payload, headers: { 'content-type': type } }),
    });
    return { code: response.statusCode, ...response.json<{ message: string; status: string; result: unknown }>() };
  };

  it('says how many are started', async () => {
    expect(await post({ num: 3 })).toMatchObject({
      code: 200,
      status: 'success',
      message: 'Scheduled 2 new worker(s) to start. Previously, there were 1 workers.',
      result: null,
    });
  });

  it.each([
    ['nothing', undefined, ''],
    ['0', { num: 0 }, ''],
    ['null', { num: null }, ''],
    ['1 in the query', undefined, '?num=1'],
  ])('takes %s for one worker', async (_, payload, query) => {
    expect((await post(payload, query)).message).toBe(`Actor ${ACTOR} already had 1 worker(s).`);
  });

  it('takes the number from a form', async () => {
    const { message } = await post('num=5', '', 'application/x-www-form-urlencoded');
    expect(message).toMatch(/^Scheduled 4 new/);
  });

  it.each([{ num: 'two' }, { num: -1 }, { num: 1.5 }, { num: '' }, { num: {} }])('refuses %j', async (payload) => {
    expect(await post(payload)).toMatchObject({
      code: 400,
      message: "Invalid POST: {'num': 'Number of workers to start (default is 1).'}",
    });
  });

  it('refuses more than can be, and what is no JSON', async () => {
    expect(await post({ num: 1001 })).toMatchObject({ code: 400, message: 'Invalid POST: num must be at most 1000.' });
    const broken = await post('{"num":');
    expect([broken.code, broken.message]).toEqual([400, expect.stringMatching(/^Invalid POST: the body is no JSON/)]);
  });

  it('answers 404 when there is no such actor', async () => {
    const response = await api.inject({ method: 'POST', url: '/actors/JN0Boakk0VzKX/workers', payload: { num: 'x' } });
    expect([response.statusCode, response.json<{ message: string }>().message]).toEqual([
      404,
      'No actor found with id: JN0Boakk0VzKX.',
    ]);
  });

  it('explains why an actor in ERROR gets none', async () => {
    const { ensureWorkers } = api.commands;
    api.commands.ensureWorkers = (_caller, actor) => Promise.reject(new ActorInError(actor));
    const { code, message } = await post({ num: 2 });
    api.commands.ensureWorkers = ensureWorkers;
    expect([code, message]).toEqual([400, expect.stringContaining(`Actor ${ACTOR} is in ERROR`)]);
  });

  it('stops one', async () => {
    const stopped: WorkerId[] = [];
    const { stopWorker } = api.commands;
    api.commands.stopWorker = (_caller, _actor, worker) => {
      stopped.push(worker);
      return Promise.resolve();
    };
    const response = await api.inject({ method: 'DELETE', url: `${url}/${WORKER}` });
    api.commands.stopWorker = stopWorker;
    expect(response.statusCode).toBe(200);
    expect(response.json()).toMatchObject({ message: 'Worker scheduled to be stopped.', result: null });
    expect(stopped).toEqual([WORKER]);
  });

  it('answers 404 for a worker that is not there', async () => {
    const { stopWorker } = api.commands;
    api.commands.stopWorker = (_caller, _actor, worker) => Promise.reject(new WorkerNotFound(worker));
    const response = await api.inject({ method: 'DELETE', url: `${url}/x` });
    api.commands.stopWorker = stopWorker;
    expect([response.statusCode, response.json<{ message: string }>().message]).toEqual([404, 'Worker not found.']);
  });
});
