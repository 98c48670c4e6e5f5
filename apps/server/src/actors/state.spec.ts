import { ApiApplication } from '../../test-support/api-application.js';
import { ACTOR } from '../../test-support/records.js';

interface Answer {
  message: string;
  status: string;
  result: Record<string, unknown>;
}

describe('state', () => {
  let api: ApiApplication;
  beforeAll(async () => {
    api = await ApiApplication.start();
  });
  afterAll(() => api.close());

  const replace = async (payload: string, type = 'application/json') => {
    const response = await api.inject({
      method: 'POST',
      url: `/actors/${ACTOR}/state`,
      payload,
      headers: { 'content-type': type },
    });
    return { code: response.statusCode, ...response.json<Answer>() };
  };

  it('reads', async () => {
    const response = await api.inject({ url: `/actors/${ACTOR}/state` });
    expect(response.json()).toMatchObject({ message: 'Actor state retrieved successfully.', result: { state: {} } });
  });

  it.each(['"abc"', '{"a":[1,null]}', '[1]', '7', 'true'])('replaces by %s', async (payload) => {
    const answer = await replace(payload);
    expect(answer).toMatchObject({ code: 200, message: 'State updated successfully.' });
    expect(answer.result['state']).toEqual(JSON.parse(payload));
    expect(answer.result['id']).toBe(ACTOR);
  });

  it.each(['{}', '[]', '""', '0', '0.0', 'false', 'null', '', '{"a"'])('refuses %s', async (payload) => {
    expect(await replace(payload)).toMatchObject({
      code: 400,
      message: 'Invalid actor state description: state must be JSON serializable.',
    });
  });

  it('refuses what is no JSON by its content type', async () => {
    expect(await replace('{"a":1}', 'text/plain')).toMatchObject({ code: 400 });
  });

  it('refuses what the store cannot hold', async () => {
    expect((await replace(`${'['.repeat(95)}1${']'.repeat(95)}`)).message).toMatch(/at most 90 levels/);
    expect((await replace('{"a":"\\u0000"}')).message).toMatch(/NUL/);
  });
});
