import { Inject, Injectable } from '@nestjs/common';
import { Authorization, type Caller, restrictedFields } from '@abaco/access';
import { type AbacoConfig, tenantConfig } from '@abaco/config';
import { type LosslessJson, type TenantId, wireName } from '@abaco/contract';
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
    @Inject(ABACO_CONFIG) private readonly config: AbacoConfig,
  ) {
    const names = Object.keys(restrictedFields) as RestrictedField[];
    this.fields = names.map((field) => [field, wireName(field, config.web.case)]);
  }

  /** @throws RestrictedField, NulCharacter */
  check(caller: Caller, fields: RequestFields): void {
    for (const [field, name] of this.fields) {
      if (!hasEffect(field, fields.first(name))) continue;
      if (field === 'use_container_uid' && !this.choosesUser(caller.tenant)) continue;
      this.authorization.requireField(caller, field);
    }
  }

  /** Where containers run as the image's own user anyway, to ask for that is no privilege. */
  private choosesUser(tenant: TenantId): boolean {
    const { use_tas_uid, actor_uid } = tenantConfig(this.config, tenant);
    return use_tas_uid || actor_uid !== '';
  }
}

/** False as a flag asks for nothing; a limit of 0 does: engines take it for none. */
function hasEffect(field: RestrictedField, value: LosslessJson | undefined): boolean {
  if (value === undefined || value === null || value === '') return false;
  const isFlag = field === 'privileged' || field === 'use_container_uid';
  return !isFlag || (isTruthy(value) && toBoolean(value) !== false);
}
