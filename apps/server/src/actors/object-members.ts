import { JsonNumber, type LetterCase, type LosslessJson, wireName } from '@abaco/contract';
import { InvalidActorDescription } from './errors.js';

/** The members of a field of an actor's description that is a JSON object; their names are written as `web.case` says. */
export class ObjectMembers<Member extends string> {
  private constructor(
    private readonly field: string,
    private readonly values: ReadonlyMap<string, LosslessJson>,
    private readonly letterCase: LetterCase,
  ) {}

  /**
   * @returns undefined when the field is missing or null
   * @throws InvalidActorDescription when it is no object, or has other members
   */
  static of<Member extends string>(
    name: string,
    members: readonly Member[],
    value: LosslessJson | undefined,
    letterCase: LetterCase,
  ): ObjectMembers<Member> | undefined {
    if (value === undefined || value === null) return undefined;
    const field = wireName(name, letterCase);
    if (!(value instanceof Map)) throw InvalidActorDescription.because(`${field} must be a JSON object or null.`);
    const values = value as ReadonlyMap<string, LosslessJson>;
    const names = members.map((member) => wireName(member, letterCase));
    const unknown = [...values.keys()].find((key) => !names.includes(key));
    if (unknown === undefined) return new ObjectMembers(field, values, letterCase);
    throw InvalidActorDescription.because(
      `${field} has an unknown member ${JSON.stringify(unknown)}; known are ${names.join(', ')}.`,
    );
  }

  /** @throws InvalidActorDescription unless it is an integer from `min` to `max`, or -1 when that stands for no limit */
  integer<D>(
    member: Member,
    byDefault: D,
    { min = 1, max, unlimited = false }: { min?: number; max: number; unlimited?: boolean },
  ): number | D {
    const number = this.given(member);
    if (number === undefined) return byDefault;
    if (Number.isInteger(number) && ((number >= min && number <= max) || (unlimited && number === -1))) return number;
    throw this.refusal(member, `must be ${unlimited ? '-1 or ' : ''}an integer from ${min} to ${max}.`);
  }

  /** @throws InvalidActorDescription unless it is a number from `min` to `max` */
  number(member: Member, byDefault: number, min: number, max: number): number {
    const number = this.given(member) ?? byDefault;
    if (number >= min && number <= max) return number;
    throw this.refusal(member, `must be a number from ${min} to ${max}.`);
  }

  /** As it was sent. */
  value(member: Member): LosslessJson | undefined {
    return this.values.get(wireName(member, this.letterCase));
  }

  refusal(member: Member, rule: string): InvalidActorDescription {
    return InvalidActorDescription.because(`${this.field}.${wireName(member, this.letterCase)} ${rule}`);
  }

  /** NaN for what is no number; undefined: nothing was said. */
  private given(member: Member): number | undefined {
    const value = this.value(member);
    if (value === undefined || value === null) return undefined;
    return value instanceof JsonNumber ? Number(value.source) : NaN;
  }
}
