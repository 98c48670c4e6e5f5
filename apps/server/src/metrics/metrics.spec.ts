import fc from 'fast-check';
import { loadConfig } from '@abaco/config';
import { type ActorDbid, actorDbid, type ActorId, type TenantId } from '@abaco/contract';
import type { UsageSnapshot } from '@abaco/runtime';
import { samplesOf } from '../../test-support/prometheus.js';
import { Metrics, withoutOtherTenants } from './metrics.js';
import { NamedSeries } from './named-series.js';

const A = 'A' as TenantId;
const B = 'B' as TenantId;
const dbid = (tenant: TenantId, actor: string): ActorDbid => actorDbid(tenant, actor as ActorId);
const metricsWith = (series: number): Metrics =>
  new Metrics(loadConfig({ env: {}, overrides: { web: { metrics_series: series } } }));
/** A time so many seconds ago. */
const ago = (seconds: number): Date => new Date(Date.now() - seconds * 1000);
const empty: UsageSnapshot = { waiting: [], workers: [], clients: 0 };

describe('the metrics of a server', () => {
  it('count the executions that ended, by tenant and status, and how long their containers ran', async () => {
    const metrics = metricsWith(10);
    metrics.executionEnded({ tenant: A, status: 'COMPLETE', seconds: 0.2, waited: 0.3 });
    metrics.executionEnded({ tenant: A, status: 'COMPLETE', seconds: 3, waited: 40 });
    metrics.executionEnded({ tenant: B, status: 'ERROR', seconds: null, waited: null });
    const samples = samplesOf(await metrics.render(empty));
    expect(samples('abaco_executions_total')).toEqual([
      { labels: { tenant: 'A', status: 'COMPLETE' }, value: '2' },
      { labels: { tenant: 'B', status: 'ERROR' }, value: '1' },
    ]);
    expect(samples('abaco_execution_seconds')).toMatchObject([
      { buckets: { '0.1': '0', '0.25': '1', '2.5': '1', '5': '2', '+Inf': '2' }, count: '2', sum: '3.2' },
    ]);
    expect(samples('abaco_execution_wait_seconds')).toMatchObject([{ buckets: { '0.5': '1', '60': '2' }, count: '2' }]);
  });

  it('count actors that go to ERROR and come out of it, and what the health check puts right', async () => {
    const metrics = metricsWith(10);
    metrics.actorFaulted('image-network');
    metrics.actorFaulted('containers');
    metrics.actorRecovered('image-network');
    for (let file = 0; file < 3; file++) metrics.mended('stray-file');
    const samples = samplesOf(await metrics.render(empty));
    expect(samples('abaco_actor_errors_total')).toEqual([
      { labels: { cause: 'image-network' }, value: '1' },
      { labels: { cause: 'containers' }, value: '1' },
    ]);
    expect(samples('abaco_actor_recoveries_total')).toEqual([{ labels: { cause: 'image-network' }, value: '1' }]);
    expect(samples('abaco_health_actions_total')).toEqual([{ labels: { action: 'stray-file' }, value: '3' }]);
  });

  it('give the actors with most messages series of their own, and sum up all others', async () => {
    const waiting = [
      { tenant: A, actor_id: dbid(A, 'one'), count: 9, oldest: ago(60) },
      { tenant: B, actor_id: dbid(B, 'two'), count: 5, oldest: ago(5) },
      { tenant: A, actor_id: dbid(A, 'three'), count: 2, oldest: ago(60) },
      { tenant: B, actor_id: dbid(B, 'four'), count: 1, oldest: ago(600) },
    ];
    const samples = samplesOf(await metricsWith(2).render({ ...empty, waiting, clients: 4 }));
    expect(samples('abaco_oauth_clients')).toEqual([{ value: '4' }]);
    expect(samples('abaco_actor_messages')).toEqual([
      { labels: { tenant: 'A', actor: 'one' }, value: '9' },
      { labels: { tenant: 'B', actor: 'two' }, value: '5' },
      { labels: { tenant: '_other', actor: '_other' }, value: '3' },
    ]);
    const ages = samples('abaco_actor_oldest_message_seconds').map(
      (sample) => 'value' in sample && Number(sample.value),
    );
    for (const [index, age] of [60, 5, 600].entries()) expect(Number(ages[index]) / age).toBeCloseTo(1, 0);
  });

  it('show workers by status, those that are asked for also in sum, and forget them when they are gone', async () => {
    const metrics = metricsWith(10);
    const workers = [
      { tenant: A, actor_id: dbid(A, 'one'), status: 'READY', count: 4 },
      { tenant: A, actor_id: dbid(A, 'one'), status: 'REQUESTED', count: 2 },
      { tenant: B, actor_id: dbid(B, 'two'), status: 'REQUESTED', count: 1 },
    ] as const;
    const busy = samplesOf(await metrics.render({ ...empty, workers }));
    expect(busy('abaco_actor_workers')).toContainEqual({
      labels: { tenant: 'A', actor: 'one', status: 'READY' },
      value: '4',
    });
    expect(busy('abaco_command_queue_length')).toEqual([{ value: '3' }]);
    const idle = samplesOf(await metrics.render(empty));
    expect(idle('abaco_actor_workers')).toEqual([]);
    expect(idle('abaco_command_queue_length')).toEqual([{ value: '0' }]);
  });

  it('leave the gauges of the store out while it does not answer, and show the rest', async () => {
    const metrics = metricsWith(10);
    await metrics.render({ ...empty, waiting: [{ tenant: A, actor_id: dbid(A, 'one'), count: 9, oldest: ago(60) }] });
    metrics.deadLetter('stopped');
    metrics.deliveryAttempted('webhook', 'retried');
    metrics.actorFailed('restart');
    metrics.imagePulled('rate-limit');
    metrics.imageRemoved(5);
    metrics.imageRemoved(6);
    metrics.placesTaken(3, 20);
    const samples = samplesOf(await metrics.render(undefined));
    expect(samples('abaco_actor_messages')).toEqual([]);
    expect(samples('abaco_command_queue_length')).toEqual([]);
    expect(samples('abaco_event_deliveries_total')).toEqual([
      { labels: { target: 'webhook', result: 'retried' }, value: '1' },
    ]);
    expect(samples('abaco_dead_letters_total')).toEqual([{ labels: { reason: 'stopped' }, value: '1' }]);
    expect(samples('abaco_image_pulls_total')).toEqual([{ labels: { result: 'rate-limit' }, value: '1' }]);
    expect(samples('abaco_images_removed_total')).toEqual([{ value: '2' }]);
    expect(samples('abaco_images_removed_bytes_total')).toEqual([{ value: '11' }]);
    expect(samples('abaco_actor_failures_total')).toEqual([{ labels: { directive: 'restart' }, value: '1' }]);
    expect(samples('abaco_host_places')).toEqual([{ value: '20' }]);
    expect(samples('abaco_host_places_taken')).toEqual([{ value: '3' }]);
    expect(samples('abaco_oauth_clients')).toEqual([]);
    expect(samples('process_cpu_seconds_total')).toHaveLength(1);
  });

  it('are those of one server only, of the many that a process may have', async () => {
    const [one, other] = [metricsWith(10), metricsWith(10)];
    one.deadLetter('stopped');
    expect(samplesOf(await other.render(empty))('abaco_dead_letters_total')).toEqual([]);
  });

  it('show the admin of one tenant nothing that names another', async () => {
    const metrics = metricsWith(1);
    for (const tenant of [A, B]) metrics.executionEnded({ tenant, status: 'COMPLETE', seconds: 1, waited: 1 });
    const waiting = [A, B].map((tenant) => ({ tenant, actor_id: dbid(tenant, 'x'), count: 1, oldest: ago(60) }));
    const text = withoutOtherTenants(await metrics.render({ ...empty, waiting }), 'A');
    const samples = samplesOf(text);
    expect(samples('abaco_actor_messages')).toEqual([{ labels: { tenant: 'A', actor: 'x' }, value: '1' }]);
    expect(samples('abaco_executions_total')).toEqual([{ labels: { tenant: 'A', status: 'COMPLETE' }, value: '1' }]);
    expect(samples('abaco_execution_seconds')).toHaveLength(1);
  });
});

it('the number of named series is bounded, and a name once given stays', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 5 }),
      fc.array(fc.string(), { size: 'max', maxLength: 50 }),
      (most, names) => {
        const series = new NamedSeries(most);
        const first = new Map<string, string>();
        for (const name of names) {
          const given = series.of(name);
          expect([name, '_other']).toContain(given);
          expect(given).toBe(first.get(name) ?? given);
          first.set(name, given);
        }
        expect(new Set([...first.values()].filter((given) => given !== '_other')).size).toBeLessThanOrEqual(most);
      },
    ),
  );
});
