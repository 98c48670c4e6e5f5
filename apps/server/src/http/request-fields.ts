import { JsonSyntaxError, type LosslessJson, parseLosslessJson } from '@abaco/contract';
import { NulCharacter } from './errors.js';
import { containsNul } from './field-conversions.js';
import type { Sent } from './sent.js';

/**
 * The named fields of a request, wherever they stand: in a JSON object, then in the query, then in a form; the first
 * occurrence counts (contract 2.0.3). A JSON list counts as a repeated field, an empty one as none.
 */
export class RequestFields {
  private constructor(private readonly fields: ReadonlyMap<string, readonly LosslessJson[]>) {}

  /** @throws JsonSyntaxError when the body has a JSON content type but is no JSON */
  static of({ body, query }: Sent): RequestFields {
    const fields = new Map<string, LosslessJson[]>();
    const add = (name: string, values: readonly LosslessJson[]): void => {
      const earlier = fields.get(name);
      if (earlier !== undefined) earlier.push(...values);
      else if (values.length > 0) fields.set(name, [...values]);
    };
    if (body.kind === 'json') {
      const value = parseLosslessJson(body.text);
      if (value instanceof Map) {
        for (const [name, member] of value as ReadonlyMap<string, LosslessJson>) {
          add(name, Array.isArray(member) ? (member as readonly LosslessJson[]) : [member]);
        }
      }
    }
    for (const [name, values] of Object.entries(query)) add(name, typeof values === 'string' ? [values] : values);
    if (body.kind === 'form') for (const [name, value] of body.entries) add(name, [value]);
    return new RequestFields(fields);
  }

  /** Like {@link of}; the endpoint says what it answers when the body is no JSON. */
  static read(sent: Sent, refusal: (error: JsonSyntaxError) => Error): RequestFields {
    try {
      return RequestFields.of(sent);
    } catch (error) {
      throw error instanceof JsonSyntaxError ? refusal(error) : error;
    }
  }

  /**
   * The value that counts; undefined when the field is not there at all.
   * @throws NulCharacter
   */
  first(name: string): LosslessJson | undefined {
    return this.all(name)[0];
  }

  /**
   * Every value, for fields that are lists.
   * @throws NulCharacter
   */
  all(name: string): readonly LosslessJson[] {
    const values = this.fields.get(name) ?? [];
    if (values.some(containsNul)) throw new NulCharacter(`field ${JSON.stringify(name)}`);
    return values;
  }
}
