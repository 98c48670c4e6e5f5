import { Inject, Injectable } from '@nestjs/common';
import { type AbacoConfig, type TenantConfig, tenantConfig } from '@abaco/config';
import { type LosslessJson, type TenantId, wireName } from '@abaco/contract';
import {
  type ActorDescription,
  type ActorUpdate,
  displayCronTime,
  InvalidLimit,
  isWithin,
  memoryBytes,
  parseCronSchedule,
  workerLimit,
} from '@abaco/runtime';
import type { CronSettings } from '@abaco/store';
import { toBoolean, toDict, toFlag, toInteger, toText } from '../http/field-conversions.js';
import type { RequestFields } from '../http/request-fields.js';
import { ABACO_CONFIG } from '../tokens.js';
import { checkEnvironment, checkName } from './environment-check.js';
import { InvalidActorDescription } from './errors.js';
import { readRetryPolicy } from './retry-policy.js';
import { readScalingSettings } from './scaling-settings.js';
import { checkedWebhook } from './webhook.js';

type ReplaceableFields = Omit<ActorDescription, 'name' | 'state' | 'cron_on' | keyof CronSettings>;

type ActorField = Parameters<typeof InvalidActorDescription.field>[0];

/** Characters that a hint must not contain (contract 2.1.2). */
const FORBIDDEN_IN_HINTS = ['"', "'", '{', '}', '[', ']'];

/** Reads the description of an actor from the fields of a request: the first failing field ends it (contract 2.1.2). */
@Injectable()
export class ActorDescriptionReader {
  constructor(@Inject(ABACO_CONFIG) private readonly config: AbacoConfig) {}

  /** A schedule switches itself on. @throws InvalidActorDescription, InvalidCronSchedule, NulCharacter */
  read(tenant: TenantId, fields: RequestFields): ActorDescription {
    const values = new DescribedFields(fields, this.config.web.case);
    const name = values.text('name') ?? null;
    checkName(name);
    const settings = this.replaceable(tenant, values);
    const switchedOn = values.converted('cron_on', toBoolean) ?? false;
    const schedule = cronSettings(values);
    return {
      name,
      ...settings,
      ...schedule,
      cron_on: switchedOn || Boolean(schedule.cron_schedule),
      state: values.converted('state', toDict) ?? {},
    };
  }

  /**
   * An update replaces everything but the name and, unless they are given, the state, the cron schedule and its switch
   * (contract 2.2.2). An empty schedule, or null, removes it.
   * @throws InvalidActorDescription, InvalidCronSchedule, NulCharacter
   */
  readUpdate(tenant: TenantId, fields: RequestFields): ActorUpdate {
    const values = new DescribedFields(fields, this.config.web.case);
    const update = this.replaceable(tenant, values);
    const cron_on = values.converted('cron_on', toBoolean);
    const schedule = cronSettings(values);
    const state = values.converted('state', toDict);
    return {
      ...update,
      ...(cron_on !== undefined && { cron_on }),
      ...schedule,
      ...(state !== undefined && { state }),
      force: toFlag(fields.first('force')),
    };
  }

  private replaceable(tenant: TenantId, values: DescribedFields): ReplaceableFields {
    const described: Omit<ReplaceableFields, 'scaling'> = {
      image: values.requiredText('image'),
      description: values.text('description') ?? '',
      stateless: values.converted('stateless', toBoolean) ?? true,
      type: values.text('type') ?? 'none',
      token: values.converted('token', toBoolean) ?? String(tenantConfig(this.config, tenant).default_token),
      link: values.text('link') ?? '',
      webhook: checkedWebhook(values.text('webhook') ?? ''),
      hints: values.texts('hints'),
      default_environment: values.converted('default_environment', toDict) ?? {},
      privileged: values.converted('privileged', toBoolean) ?? false,
      max_workers: values.converted('max_workers', toPositiveInteger) ?? null,
      mem_limit: values.text('mem_limit') ?? null,
      max_cpus: values.converted('max_cpus', toCpus) ?? null,
      queue: values.text('queue') ?? 'default',
      use_container_uid: values.converted('use_container_uid', toBoolean) ?? false,
      network: values.converted('network', oneOf('bridge', 'none', 'host')) ?? null,
      use_init: values.converted('use_init', toBoolean) ?? null,
      message_format: values.converted('message_format', oneOf('python', 'json')) ?? null,
      max_run_time: values.converted('max_run_time', toSeconds) ?? null,
      log_ex: values.converted('log_ex', toPositiveInteger) ?? null,
      retry_policy: readRetryPolicy(values.first('retry_policy'), this.config),
    };
    this.check(described);
    const mostWorkers = workerLimit({ tenant, ...described }, this.config);
    const scaling = readScalingSettings(values.first('scaling'), this.config.web.case, mostWorkers);
    const description: ReplaceableFields = { ...described, scaling };
    checkWithin(tenantConfig(this.config, tenant), description);
    return description;
  }

  private check({
    queue,
    hints,
    default_environment,
    stateless,
    max_workers,
    mem_limit,
  }: Omit<ReplaceableFields, 'scaling'>): void {
    const queues = [...this.config.spawner.host_queues, ...this.config.web.all_queues];
    if (!queues.includes(queue)) throw InvalidActorDescription.rejected('Invalid queue name.');
    for (const hint of hints) {
      const character = FORBIDDEN_IN_HINTS.find((forbidden) => hint.includes(forbidden));
      if (character !== undefined) {
        throw InvalidActorDescription.rejected(
          `Hints must be simple stings or numbers, no lists or dicts. Error character: ${character}`,
        );
      }
    }
    checkEnvironment(default_environment);
    if (mem_limit !== null) checkMemoryLimit(mem_limit);
    if (!stateless && max_workers !== null) {
      throw InvalidActorDescription.because('stateful actors can only have 1 worker.');
    }
  }
}

/** Nothing when the request does not speak of a schedule. */
function cronSettings(values: DescribedFields): Partial<CronSettings> {
  if (!values.has('cron_schedule')) return {};
  const cron_schedule = values.text('cron_schedule');
  if (!cron_schedule) return { cron_schedule: null, cron_next_ex: null, cron_start: null, cron_due: null };
  const { start } = parseCronSchedule(cron_schedule, new Date());
  return { cron_schedule, cron_next_ex: displayCronTime(start), cron_start: start, cron_due: start };
}

/** An actor cannot have more than its tenant. */
function checkWithin(most: TenantConfig, { network, max_run_time }: ReplaceableFields): void {
  if (network !== null && !isWithin(network, most.network)) {
    throw InvalidActorDescription.because(`network ${network} is not allowed here; it can be ${most.network} at most.`);
  }
  if (max_run_time !== null && most.max_run_time > 0 && max_run_time > most.max_run_time) {
    throw InvalidActorDescription.because(`max_run_time can be ${most.max_run_time} seconds at most.`);
  }
}

function checkMemoryLimit(limit: string): void {
  try {
    memoryBytes(limit);
  } catch (error) {
    if (error instanceof InvalidLimit) throw InvalidActorDescription.because(`mem_limit: ${error.message}`);
    throw error;
  }
}

/** Engines take no less than a hundredth of a CPU, in nano-CPUs. */
const MIN_CPUS = 10_000_000;

/** -1: unlimited. */
const toCpus = (value: LosslessJson): number | undefined => {
  const number = toInteger(value);
  return number === -1 || (number !== undefined && number >= MIN_CPUS) ? number : undefined;
};

/** No timer is longer, seconds. */
const LONGEST_RUN = 2_147_483;

const toSeconds = (value: LosslessJson): number | undefined => {
  const number = toPositiveInteger(value);
  return number !== undefined && number <= LONGEST_RUN ? number : undefined;
};

/** One of a few words, in any letter case. */
const oneOf =
  <const T extends string>(...words: readonly T[]) =>
  (value: LosslessJson): T | undefined =>
    typeof value === 'string' ? words.find((word) => word === value.toLowerCase()) : undefined;

const toPositiveInteger = (value: LosslessJson): number | undefined => {
  const number = toInteger(value);
  return number !== undefined && number >= 1 ? number : undefined;
};

/** Fields by their snake case names, read under the names that this instance uses. JSON `null` counts as not given. */
class DescribedFields {
  constructor(
    private readonly fields: RequestFields,
    private readonly letterCase: AbacoConfig['web']['case'],
  ) {}

  text(field: string): string | undefined {
    const value = this.fields.first(wireName(field, this.letterCase));
    return value === undefined || value === null ? undefined : toText(value);
  }

  /** As it was sent. */
  first(field: string): LosslessJson | undefined {
    return this.fields.first(wireName(field, this.letterCase));
  }

  /** JSON `null` included. */
  has(field: string): boolean {
    return this.fields.first(wireName(field, this.letterCase)) !== undefined;
  }

  texts(field: string): string[] {
    const values = this.fields.all(wireName(field, this.letterCase));
    return values.filter((value) => value !== null).map(toText);
  }

  requiredText(field: ActorField): string {
    const text = this.text(field);
    if (!text) throw InvalidActorDescription.field(field, this.letterCase);
    return text;
  }

  /** @param convert undefined when the value is of another type */
  converted<T>(field: ActorField, convert: (value: LosslessJson) => T | undefined): T | undefined {
    const value = this.fields.first(wireName(field, this.letterCase));
    if (value === undefined || value === null) return undefined;
    const converted = convert(value);
    if (converted === undefined) throw InvalidActorDescription.field(field, this.letterCase);
    return converted;
  }
}
