import { AbacoError } from '@abaco/contract';

/** How much of a refused name is repeated in the message. */
const SHOWN = 80;

/** Thrown for a text that cannot name a tenant. The caller has to correct the place that `source` names. */
export class InvalidTenant extends AbacoError {
  readonly kind = 'invalid';
  constructor(
    readonly tenant: string,
    readonly source: string,
  ) {
    const shown = JSON.stringify(tenant.length > SHOWN ? `${tenant.slice(0, SHOWN)}...` : tenant);
    super(
      `Invalid tenant ${shown} in the ${source}: use 1 to 64 letters, digits, "." and "-", ` +
        'with a letter or digit at both ends, for example DEV-DEVELOP.',
    );
  }
}

/** Thrown for a `web.access_control` that does not exist. The operator has to correct the option. */
export class InvalidAccessControl extends AbacoError {
  readonly kind = 'invalid';
  constructor(readonly mode: string) {
    super(`Invalid access_control: option web.access_control is ${JSON.stringify(mode)}; use "none".`);
  }
}
