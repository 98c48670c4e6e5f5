import type { AbacoConfig } from '@abaco/config';
import { JsonNumber, type LetterCase, type LosslessJson, wireName } from '@abaco/contract';
import { MAX_BACKOFF_SECONDS } from '@abaco/runtime';
import { type FailureKind, failureKinds, type RetryPolicy } from '@abaco/store';
import { InvalidActorDescription } from './errors.js';

const members = ['max_attempts', 'backoff_seconds', 'backoff_factor', 'max_backoff_seconds', 'retry_on'] as const;

const MAX_ATTEMPTS = 1000;
const MAX_FACTOR = 100;

/** What a policy says where its author is silent; attempts are those of the instance. */
const standard = { backoff_seconds: 1, backoff_factor: 2, max_backoff_seconds: 300 } as const;

/**
 * The field `retry_policy` of an actor's description; its members are written as `web.case` says. `retry_on` has to be there.
 * @throws InvalidActorDescription
 */
export function readRetryPolicy(
  value: LosslessJson | undefined,
  { web, workers }: Pick<AbacoConfig, 'web' | 'workers'>,
): RetryPolicy | null {
  if (value === undefined || value === null) return null;
  const field = wireName('retry_policy', web.case);
  if (!(value instanceof Map)) throw InvalidActorDescription.because(`${field} must be a JSON object or null.`);
  const policy = new PolicyMembers(field, value as ReadonlyMap<string, LosslessJson>, web.case);
  return {
    max_attempts: policy.integer('max_attempts', workers.max_attempts, MAX_ATTEMPTS),
    backoff_seconds: policy.number('backoff_seconds', standard.backoff_seconds, 0, MAX_BACKOFF_SECONDS),
    backoff_factor: policy.number('backoff_factor', standard.backoff_factor, 1, MAX_FACTOR),
    max_backoff_seconds: policy.number('max_backoff_seconds', standard.max_backoff_seconds, 0, MAX_BACKOFF_SECONDS),
    retry_on: policy.failures('retry_on'),
  };
}

type Member = (typeof members)[number];

class PolicyMembers {
  constructor(
    private readonly field: string,
    private readonly values: ReadonlyMap<string, LosslessJson>,
    private readonly letterCase: LetterCase,
  ) {
    const names = members.map((member) => wireName(member, letterCase));
    const unknown = [...values.keys()].find((name) => !names.includes(name));
    if (unknown === undefined) return;
    throw InvalidActorDescription.because(
      `${field} has an unknown member ${JSON.stringify(unknown)}; known are ${names.join(', ')}.`,
    );
  }

  integer(member: Member, byDefault: number, max: number): number {
    const number = this.numberOr(member, byDefault);
    if (Number.isInteger(number) && number >= 1 && number <= max) return number;
    throw this.refusal(member, `must be an integer from 1 to ${max}.`);
  }

  number(member: Member, byDefault: number, min: number, max: number): number {
    const number = this.numberOr(member, byDefault);
    if (number >= min && number <= max) return number;
    throw this.refusal(member, `must be a number from ${min} to ${max}.`);
  }

  failures(member: Member): FailureKind[] {
    const value = this.value(member);
    const kinds = Array.isArray(value) ? (value as readonly LosslessJson[]) : undefined;
    const isKind = (kind: LosslessJson): kind is FailureKind => failureKinds.includes(kind as FailureKind);
    if (kinds?.every(isKind)) return failureKinds.filter((kind) => kinds.includes(kind));
    throw this.refusal(member, `must be a list of failures that are repeated, out of: ${failureKinds.join(', ')}.`);
  }

  private value(member: Member): LosslessJson | undefined {
    return this.values.get(wireName(member, this.letterCase));
  }

  /** NaN for what is no number. */
  private numberOr(member: Member, byDefault: number): number {
    const value = this.value(member);
    if (value === undefined || value === null) return byDefault;
    return value instanceof JsonNumber ? Number(value.source) : NaN;
  }

  private refusal(member: Member, rule: string): InvalidActorDescription {
    return InvalidActorDescription.because(`${this.field}.${wireName(member, this.letterCase)} ${rule}`);
  }
}
