import { ActorNotFound } from '@abaco/runtime';
import type { ActorDbid } from '@abaco/contract';
import { ApiApplication } from '../../test-support/api-application.js';
import { actorRecord, EXECUTION, listedDelivery } from '../../test-support/records.js';

describe('GET /actors/{id}/deliveries', () => {
  let api: ApiApplication;
  beforeAll(async () => {
    api = await ApiApplication.start();
  });
  afterAll(() => api.close());

  const { id } = actorRecord();
  const get = (query = '') => api.inject({ method: 'GET', url: `/actors/${id}/deliveries${query}` });

  it('shows how deliveries went, never the query of a webhook', async () => {
    const { result, message } = (await get()).json<{ message: string; result: Record<string, unknown> }>();
    expect(message).toBe('Deliveries retrieved successfully.');
    expect(result).toEqual({
      actor_id: id,
      owner: actorRecord().owner,
      deliveries: [
        {
          event_id: 'K1rBoakk0VzKX',
          event_type: 'EXECUTION_COMPLETE',
          event_time: expect.any(String) as string,
          execution_id: EXECUTION,
          target: 'webhook',
          address: 'https://example.org/hook',
          status: 'WAITING',
          attempts: 1,
          last_error: 'Status 503.',
          next_attempt_time: expect.any(String) as string,
          delivered_time: null,
          expires: null,
        },
      ],
      _links: {
        self: `https://api.example.org/actors/v2/${id}/deliveries`,
        owner: expect.stringContaining('/profiles/v2/') as string,
      },
    });
  });

  it('shows the id of a linked actor', async () => {
    const delivery = listedDelivery({ target: 'link' });
    const event = { ...delivery.event, link: 'DEV_JN0Boakk0VzKX' as ActorDbid, payload: '{}' };
    api.deliveries.list = () => Promise.resolve({ actor: actorRecord(), deliveries: [{ ...delivery, event }] });
    const { result } = (await get()).json<{ result: { deliveries: object[] } }>();
    expect(result.deliveries[0]).toMatchObject({ target: 'link', address: 'JN0Boakk0VzKX', execution_id: null });
  });

  it('is read page by page', async () => {
    const asked: unknown[] = [];
    api.deliveries.list = (_caller, _actor, page) => {
      asked.push(page);
      const deliveries = ['a', 'b', 'c'].map((name) => listedDelivery({ _id: name }));
      return Promise.resolve({ actor: actorRecord(), deliveries });
    };
    const first = await get('?page_size=2');
    const [, cursor] = /cursor=([^&>]+)/.exec(String(first.headers['link'])) ?? [];
    await get(`?page_size=2&cursor=${cursor}`);
    expect(asked).toEqual([
      { size: 2, after: undefined },
      { size: 2, after: { time: listedDelivery().created, id: 'b' } },
    ]);
  });

  it('refuses what is no page, and actors that are not there', async () => {
    expect((await get('?page_size=0')).json()).toMatchObject({
      message: expect.stringContaining('page_size') as string,
    });
    api.deliveries.list = (_caller, actor) => Promise.reject(new ActorNotFound(actor));
    expect((await get()).statusCode).toBe(404);
  });
});
