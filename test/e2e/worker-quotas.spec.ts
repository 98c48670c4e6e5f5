import { samplesOf } from '../../apps/server/test-support/prometheus.js';
import { eventually } from '../support/eventually.js';
import { buildTestImages, SLEEP_IMAGE } from '../support/images.js';
import { RestServer } from './support/rest-server.js';

describe('the workers of tenants', () => {
  let server: RestServer | undefined;

  beforeAll(() => buildTestImages());
  afterEach(async () => {
    await server?.close();
    server = undefined;
  });

  const running = (): RestServer => {
    if (!server) throw new Error('No server was started');
    return server;
  };
  const as = (tenant: string): Record<string, string> => ({ tenant });
  const register = async (tenant = 'A'): Promise<string> =>
    (await running().call<{ id: string }>('POST', '/actors', { image: SLEEP_IMAGE }, as(tenant))).result.id;
  const send = (actor: string, seconds: string, tenant = 'A') => running().send(actor, seconds, as(tenant));
  const completed = (actor: string, execution: string, tenant = 'A'): Promise<unknown> =>
    eventually('the execution is complete', async () => {
      const path = `/actors/${actor}/executions/${execution}`;
      return (await running().call('GET', path, undefined, as(tenant))).result['status'] === 'COMPLETE';
    });
  const working = async (actor: string): Promise<number> => {
    const path = `/actors/${actor}/workers`;
    const { result } = await running().call<{ status: string }[]>('GET', path, undefined, as('A'));
    return result.filter(({ status }) => status !== 'REQUESTED').length;
  };
  const waiting = async (actor: string): Promise<number> => {
    const { result } = await running().call('GET', `/actors/${actor}/messages`, undefined, as('A'));
    return Number(result['messages']);
  };
  const metrics = async () => samplesOf(await (await fetch(`${running().running.url}/metrics`)).text());

  it('give a place back when another tenant has none: a flood does not keep a host for itself', async () => {
    server = await RestServer.start('fair', { spawner: { max_workers_per_host: 2 }, workers: { init_count: 0 } });
    const [flooding, other] = [await register(), await register('B')];
    for (let message = 0; message < 60; message++) await send(flooding, '0.5');
    await eventually('the flood holds the whole host', async () => (await working(flooding)) === 2);
    await completed(other, await send(other, '0', 'B'), 'B');
    expect(await waiting(flooding)).toBeGreaterThan(10);
  });

  it('are never more than the quota, which actors of the tenant share', async () => {
    server = await RestServer.start('quota', { quotas: { workers: 1 }, workers: { init_count: 0 } });
    const [one, two] = [await register(), await register()];
    await completed(one, await send(one, '0'));
    // The worker of the first actor idles, and would do so for workers.worker_ttl.
    await completed(two, await send(two, '0'));
    expect([await working(one), await working(two)]).toEqual([0, 1]);
    expect(await running().call('POST', `/actors/${two}/workers`, { num: 5 }, as('A'))).toMatchObject({
      code: 429,
      message:
        'The tenant may have 1 workers at a time (quotas.workers), and so many would be more. ' +
        'No worker was started. Ask for fewer, or stop others first.',
    });
  });

  it('keep no logs beyond the quota, and say so', async () => {
    server = await RestServer.start('logs', { quotas: { log_bytes: 3 }, workers: { init_count: 0 } });
    const actor = await register();
    const execution = await send(actor, '0');
    await completed(actor, execution);
    const path = `/actors/${actor}/executions/${execution}/logs`;
    expect((await running().call('GET', path, undefined, as('A'))).result).toMatchObject({
      logs: 'Sle LOG LIMIT EXCEEDED; this execution log was TRUNCATED!',
    });
  });

  it('and their executions are in the metrics', async () => {
    server = await RestServer.start('metrics', { workers: { init_count: 0 } });
    const actor = await register();
    expect((await metrics())('abaco_executions_total')).toEqual([]);
    await completed(actor, await send(actor, '0.3'));
    const samples = await eventually('the worker is shown', async () => {
      const seen = await metrics();
      return seen('abaco_actor_workers').some(({ labels }) => labels?.['actor'] === actor) && seen;
    });
    expect(samples('abaco_executions_total')).toEqual([{ labels: { tenant: 'A', status: 'COMPLETE' }, value: '1' }]);
    expect(Number(samples('abaco_execution_seconds')[0]?.sum)).toBeGreaterThanOrEqual(0.25);
  });
});
