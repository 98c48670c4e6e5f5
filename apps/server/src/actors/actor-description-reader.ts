import { Inject, Injectable } from '@nestjs/common';
import type { AbacoConfig } from '@abaco/config';
import { type LosslessJson, wireName } from '@abaco/contract';
import type { ActorDescription, ActorUpdate } from '@abaco/runtime';
import { toBoolean, toDict, toFlag, toInteger, toText } from '../http/field-conversions.js';
import type { RequestFields } from '../http/request-fields.js';
import { ABACO_CONFIG } from '../tokens.js';
import { InvalidActorDescription } from './errors.js';

type ReplaceableFields = Omit<ActorDescription, 'name' | 'state'>;

type ActorField = Parameters<typeof InvalidActorDescription.field>[0];

/** Characters that a hint must not contain (contract 2.1.2). */
const FORBIDDEN_IN_HINTS = ['"', "'", '{', '}', '[', ']'];

/** Reads the description of an actor from the fields of a request: the first failing field ends it (contract 2.1.2). */
@Injectable()
export class ActorDescriptionReader {
  constructor(@Inject(ABACO_CONFIG) private readonly config: AbacoConfig) {}

  /** @throws InvalidActorDescription, NulCharacter */
  read(fields: RequestFields): ActorDescription {
    const values = new DescribedFields(fields, this.config.web.case);
    return {
      name: values.text('name') ?? null,
      ...this.replaceable(values),
      state: values.converted('state', toDict) ?? {},
    };
  }

  /**
   * An update replaces everything but the name and, unless one is given, the state (contract 2.2.2).
   * @throws InvalidActorDescription, NulCharacter
   */
  readUpdate(fields: RequestFields): ActorUpdate {
    const values = new DescribedFields(fields, this.config.web.case);
    const update = this.replaceable(values);
    const state = values.converted('state', toDict);
    return { ...update, ...(state !== undefined && { state }), force: toFlag(fields.first('force')) };
  }

  private replaceable(values: DescribedFields): ReplaceableFields {
    const description: ReplaceableFields = {
      image: values.requiredText('image'),
      description: values.text('description') ?? '',
      stateless: values.converted('stateless', toBoolean) ?? true,
      type: values.text('type') ?? 'none',
      token: values.converted('token', toBoolean) ?? String(this.config.web.default_token),
      link: values.text('link') ?? '',
      webhook: values.text('webhook') ?? '',
      hints: values.texts('hints'),
      default_environment: values.converted('default_environment', toDict) ?? {},
      privileged: values.converted('privileged', toBoolean) ?? false,
      max_workers: values.converted('max_workers', toPositiveInteger) ?? null,
      mem_limit: values.text('mem_limit') ?? null,
      max_cpus: values.converted('max_cpus', toInteger) ?? null,
      queue: values.text('queue') ?? 'default',
      use_container_uid: values.converted('use_container_uid', toBoolean) ?? false,
      log_ex: values.converted('log_ex', toInteger) ?? null,
    };
    this.check(description);
    if (values.text('cron_schedule')) {
      throw InvalidActorDescription.because('cron schedules are not available in this version.');
    }
    return description;
  }

  private check({ queue, hints, default_environment, stateless, max_workers }: ReplaceableFields): void {
    if (!this.config.spawner.host_queues.includes(queue)) throw InvalidActorDescription.rejected('Invalid queue name.');
    for (const hint of hints) {
      const character = FORBIDDEN_IN_HINTS.find((forbidden) => hint.includes(forbidden));
      if (character !== undefined) {
        throw InvalidActorDescription.rejected(
          `Hints must be simple stings or numbers, no lists or dicts. Error character: ${character}`,
        );
      }
    }
    const variable = Object.keys(default_environment).find((name) => name === '' || name.includes('='));
    if (variable !== undefined) {
      throw InvalidActorDescription.because(
        `default_environment has a variable ${JSON.stringify(variable)}; names must not be empty or contain "=".`,
      );
    }
    if (!stateless && max_workers !== null) {
      throw InvalidActorDescription.because('stateful actors can only have 1 worker.');
    }
  }
}

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
