import { ApiApplication } from '../../test-support/api-application.js';
import { ACTOR } from '../../test-support/records.js';

interface Answer {
  message: string;
  status: string;
  result: Record<string, unknown>;
}

describe('the camel case mode', () => {
  let api: ApiApplication;
  beforeAll(async () => {
    api = await ApiApplication.start({ web: { case: 'camel' } });
  });
  afterAll(() => api.close());

  it('takes and shows camel names and leaves nulls out', async () => {
    const response = await api.inject({
      method: 'POST',
      url: '/actors',
      payload: { image: 'i', maxWorkers: 2, defaultEnvironment: { some_key: 1 }, mem_limit: '1g' },
    });
    const { result } = response.json<Answer>();
    expect(result).toMatchObject({
      maxWorkers: 2,
      defaultEnvironment: { some_key: 1 },
      useContainerUid: false,
      cronOn: false,
    });
    for (const missing of ['name', 'memLimit', 'mem_limit', 'statusMessage', 'uid', 'logEx']) {
      expect(result).not.toHaveProperty(missing);
    }
    expect(result['_links']).toMatchObject({ self: expect.stringContaining('/actors/v2/') as string });
  });

  it('names fields in camel case in errors', async () => {
    const response = await api.inject({ method: 'POST', url: '/actors', payload: { image: 'i', maxCpus: 'x' } });
    expect(response.json<Answer>().message).toBe(
      "Invalid actor description: {'maxCpus': 'Maximum number of CPUs (nanoCPUs) this actor will have available to it.'}",
    );
  });

  it('keeps the nulls of the executions summary', async () => {
    const response = await api.inject({ url: `/actors/${ACTOR}/executions` });
    expect(response.json<Answer>().result).toMatchObject({
      actorId: ACTOR,
      totalExecutions: 1,
      executions: [{ messageReceivedTime: '2020-05-01T14:45:41.591Z', startTime: null, finishTime: null }],
    });
  });

  it('names the execution in camel case', async () => {
    const response = await api.inject({ method: 'POST', url: `/actors/${ACTOR}/messages?message=x` });
    expect(response.json<Answer>().result).toMatchObject({ executionId: expect.any(String) as string });
  });

  it('describes itself in camel case', async () => {
    const document = (await api.inject({ url: '/docs-json' })).json<{
      components: { schemas: Record<string, { properties: object }> };
    }>();
    expect(document.components.schemas['ActorSchema']?.properties).toHaveProperty('statusMessage');
    expect(document.components.schemas['MountSchema']?.properties).toHaveProperty('host_path');
  });
});
