import { Inject, Injectable } from '@nestjs/common';
import { Authorization, type Caller, restrictedFields } from '@abaco/access';
import type { AbacoConfig } from '@abaco/config';
import { type LosslessJson, wireName } from '@abaco/contract';
import { isTruthy, toBoolean } from '../http/field-conversions.js';
import type { RequestFields } from '../http/request-fields.js';
import { ABACO_CONFIG } from '../tokens.js';

type RestrictedField = keyof typeof restrictedFields;

/** Looks for fields in the description of an actor that its sender may not set (contract 2.1.2, 3.6). */
@Injectable()
export class RestrictedFields {
  private readonly fields: readonly (readonly [RestrictedField, string])[];

  constructor(
    private readonly authorization: Authorization,
    @Inject(ABACO_CONFIG) { web }: AbacoConfig,
  ) {
    const names = Object.keys(restrictedFields) as RestrictedField[];
    this.fields = names.map((field) => [field, wireName(field, web.case)]);
  }

  /** @throws RestrictedField, NulCharacter */
  check(caller: Caller, fields: RequestFields): void {
    for (const [field, name] of this.fields) {
      if (hasEffect(field, fields.first(name))) this.authorization.requireField(caller, field);
    }
  }
}

/** `privileged: false` asks for nothing; a limit of 0 does: engines take it for none. */
function hasEffect(field: RestrictedField, value: LosslessJson | undefined): boolean {
  if (value === undefined || value === null || value === '') return false;
  return field !== 'privileged' || (isTruthy(value) && toBoolean(value) !== false);
}
