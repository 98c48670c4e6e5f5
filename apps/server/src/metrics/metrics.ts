import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { AbacoConfig } from '@abaco/config';
import type { EndedExecution, FailedExecution, Mended, Telemetry, UsageSnapshot } from '@abaco/runtime';
import type { FaultCause } from '@abaco/store';
import { NamedSeries, OTHER } from './named-series.js';
import { processMetrics } from './process-metrics.js';

/** Seconds, from actors that only answer to those that compute for hours. */
const EXECUTION_BUCKETS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 7_200, 43_200];

/** Seconds; synchronous messages and streams take long. */
const REQUEST_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60];

/** A request that has its answer. */
export interface AnsweredRequest {
  readonly method: string;
  /** The template, such as `/actors/:actor_id`; undefined for what is no endpoint. */
  readonly route: string | undefined;
  readonly status: number;
  readonly seconds: number;
}

/** What one server measures, in a registry of its own, as Prometheus reads it (contract 2.18). */
export class Metrics implements Telemetry {
  private readonly registry = new Registry();
  private readonly tenants: NamedSeries;
  private readonly series: number;
  private readonly executions = this.counter('abaco_executions_total', 'Executions that this server has ended.', [
    'tenant',
    'status',
  ]);
  private readonly retries = this.counter(
    'abaco_execution_retries_total',
    'Failed attempts on this server that are repeated, by what they failed of.',
    ['tenant', 'failure'],
  );
  private readonly givenUp = this.counter(
    'abaco_executions_given_up_total',
    'Executions that became dead letters on this server, by what the last attempt failed of.',
    ['tenant', 'failure'],
  );
  private readonly deliveries = this.counter(
    'abaco_event_deliveries_total',
    'Attempts of this server to deliver an event to a link or a webhook: result="given up" counts lost events.',
    ['target', 'result'],
  );
  private readonly pulls = this.counter(
    'abaco_image_pulls_total',
    'Attempts of this server to fetch an image: result="pulled", or why it failed.',
    ['result'],
  );
  private readonly removedImages = this.counter(
    'abaco_images_removed_total',
    'Images that this server has removed since they were not used.',
    [],
  );
  private readonly removedImageBytes = this.counter(
    'abaco_images_removed_bytes_total',
    'Bytes of the images that this server has removed, as the container engine counts them.',
    [],
  );
  private readonly deadLetters = this.counter(
    'abaco_dead_letters_total',
    'Messages between actors of this server that reached nobody.',
    ['reason'],
  );
  private readonly failures = this.counter(
    'abaco_actor_failures_total',
    'Failures of actors of this server, and what supervision did: directive="restart" counts restarts.',
    ['directive'],
  );
  private readonly faults = this.counter(
    'abaco_actor_errors_total',
    'Actors that this server has put in ERROR, by cause.',
    ['cause'],
  );
  private readonly recoveries = this.counter(
    'abaco_actor_recoveries_total',
    'Actors that came out of ERROR by themselves on this server, by what had put them there.',
    ['cause'],
  );
  private readonly mends = this.counter(
    'abaco_health_actions_total',
    'What the health check of this server has found and put right.',
    ['action'],
  );
  private readonly executionSeconds = new Histogram({
    name: 'abaco_execution_seconds',
    help: 'From the start of a container to its end.',
    buckets: EXECUTION_BUCKETS,
    registers: [this.registry],
  });
  private readonly waitSeconds = new Histogram({
    name: 'abaco_execution_wait_seconds',
    help: 'From the receipt of a message to the start of its container.',
    buckets: EXECUTION_BUCKETS,
    registers: [this.registry],
  });
  private readonly requestSeconds = new Histogram({
    name: 'abaco_http_request_seconds',
    help: 'Until the last byte of the answer.',
    labelNames: ['method', 'route', 'status'],
    buckets: REQUEST_BUCKETS,
    registers: [this.registry],
  });
  private readonly messages = this.gauge('abaco_actor_messages', 'Messages that wait, on all hosts.', [
    'tenant',
    'actor',
  ]);
  private readonly oldest = this.gauge(
    'abaco_actor_oldest_message_seconds',
    'Age of the oldest message that waits, on all hosts.',
    ['tenant', 'actor'],
  );
  private readonly clients = this.gauge('abaco_oauth_clients', 'OAuth clients of workers, on all hosts.', []);
  private readonly places = this.gauge('abaco_host_places', 'Places for workers on this host.', []);
  private readonly taken = this.gauge('abaco_host_places_taken', 'Places for workers on this host that are taken.', []);
  private readonly workers = this.gauge('abaco_actor_workers', 'Workers on all hosts.', ['tenant', 'actor', 'status']);
  private readonly commandQueue = this.gauge(
    'abaco_command_queue_length',
    'Workers that are asked for and that no host has room for yet.',
    [],
  );

  constructor({ web }: Pick<AbacoConfig, 'web'>) {
    this.series = web.metrics_series;
    this.tenants = new NamedSeries(web.metrics_series);
  }

  /** Of the text that {@link render} gives. */
  get contentType(): string {
    return this.registry.contentType;
  }

  executionEnded({ tenant, status, seconds, waited }: EndedExecution): void {
    this.executions.inc({ tenant: this.tenants.of(tenant), status });
    if (seconds !== null) this.executionSeconds.observe(seconds);
    if (waited !== null) this.waitSeconds.observe(waited);
  }

  executionRetried({ tenant, failure }: FailedExecution): void {
    this.retries.inc({ tenant: this.tenants.of(tenant), failure });
  }

  executionGivenUp({ tenant, failure }: FailedExecution): void {
    this.givenUp.inc({ tenant: this.tenants.of(tenant), failure });
  }

  deliveryAttempted(target: 'link' | 'webhook', result: 'delivered' | 'retried' | 'given up'): void {
    this.deliveries.inc({ target, result });
  }

  imagePulled(result: string): void {
    this.pulls.inc({ result });
  }

  imageRemoved(bytes: number): void {
    this.removedImages.inc();
    this.removedImageBytes.inc(bytes);
  }

  deadLetter(reason: string): void {
    this.deadLetters.inc({ reason });
  }

  actorFailed(directive: string): void {
    this.failures.inc({ directive });
  }

  placesTaken(taken: number, places: number): void {
    this.places.set(places);
    this.taken.set(taken);
  }

  actorFaulted(cause: FaultCause): void {
    this.faults.inc({ cause });
  }

  actorRecovered(cause: FaultCause): void {
    this.recoveries.inc({ cause });
  }

  mended(what: Mended): void {
    this.mends.inc({ action: what });
  }

  requestAnswered({ method, route = OTHER, status, seconds }: AnsweredRequest): void {
    this.requestSeconds.observe({ method, route, status }, seconds);
  }

  /** Names of all metrics of its own, with those of their labels. */
  labels(): ReadonlyMap<string, readonly string[]> {
    const known = this.registry.getMetricsAsArray() as unknown as readonly { name: string; labelNames: string[] }[];
    return new Map(known.map(({ name, labelNames }) => [name, labelNames]));
  }

  /** Everything in the text format of Prometheus. @param usage undefined: the store did not answer; its gauges are left out */
  async render(usage: UsageSnapshot | undefined): Promise<string> {
    this.showUsage(usage);
    return Registry.merge([this.registry, processMetrics()]).metrics();
  }

  private showUsage(usage: UsageSnapshot | undefined): void {
    this.messages.reset();
    this.oldest.reset();
    this.clients.remove();
    this.workers.reset();
    this.commandQueue.remove();
    if (usage === undefined) return;
    this.clients.set(usage.clients);
    const waiting = new NamedSeries(this.series);
    const oldest = new Map<string, number>();
    for (const { tenant, actor_id, count, oldest: received } of usage.waiting) {
      const name = waiting.of(actor_id);
      const labels = actorLabels(tenant, name);
      this.messages.inc(labels, count);
      const age = Math.max(oldest.get(name) ?? 0, (Date.now() - received.getTime()) / 1000);
      oldest.set(name, age);
      this.oldest.set(labels, age);
    }
    const working = new NamedSeries(this.series);
    let requested = 0;
    for (const { tenant, actor_id, status, count } of usage.workers) {
      this.workers.inc({ ...actorLabels(tenant, working.of(actor_id)), status }, count);
      if (status === 'REQUESTED') requested += count;
    }
    this.commandQueue.set(requested);
  }

  private counter<L extends string>(name: string, help: string, labelNames: L[]): Counter<L> {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  private gauge<L extends string>(name: string, help: string, labelNames: L[]): Gauge<L> {
    return new Gauge({ name, help, labelNames, registers: [this.registry] });
  }
}

/** @param actor internal id, or {@link OTHER} */
function actorLabels(tenant: string, actor: string): { tenant: string; actor: string } {
  return actor === OTHER ? { tenant: OTHER, actor } : { tenant, actor: actor.slice(tenant.length + 1) };
}

/** The part of a rendered text that the admin of one tenant may see: no series that names another. */
export function withoutOtherTenants(text: string, tenant: string): string {
  const own = `tenant="${tenant}"`;
  return text
    .split('\n')
    .filter((line) => !/^\w+\{tenant="/.test(line) || line.includes(`{${own},`))
    .join('\n');
}
