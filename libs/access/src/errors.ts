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
    super(`Invalid access_control: option web.access_control is ${JSON.stringify(mode)}; use "none" or "jwt".`);
  }
}

/** Thrown when a caller has none of Abaco's roles (contract 3.3). Somebody has to give them one. */
export class MissingRole extends AbacoError {
  readonly kind = 'invalid';
  constructor() {
    super('Not authorized -- missing required role.');
  }
}

/** Thrown when a caller may not do this to an object. Its owner or an admin may. */
export class NotAuthorized extends AbacoError {
  readonly kind = 'invalid';
  constructor(readonly object: 'actor' | 'alias' | 'alias and actor') {
    super(`Not authorized -- you do not have access to this ${object}.`);
  }
}

/** Thrown at endpoints that are for admins. */
export class AdminRequired extends AbacoError {
  readonly kind = 'invalid';
  constructor() {
    super('Abaco Admin role required.');
  }
}

/** Thrown when somebody else than an admin asks for workers (contract 2.8). */
export class WorkersAreForAdmins extends AbacoError {
  readonly kind = 'invalid';
  constructor() {
    super('Not authorized -- only admins are authorized to update workers.');
  }
}

/** Thrown for a field of an actor that the caller may not set (contract 2.1.2). The caller has to leave it out. */
export class RestrictedField extends AbacoError {
  readonly kind = 'invalid';
  /** @param act for example `set max workers` */
  constructor(readonly act: string) {
    super(`Not authorized -- only admins and privileged users can ${act}.`);
  }
}

/** Thrown when somebody else than an admin asks for an actor that the tenant does not have (contract 2.2.1). */
export class ActorDoesNotExist extends AbacoError {
  constructor(
    readonly actor: string,
    readonly kind: 'invalid' | 'not-found' = 'invalid',
  ) {
    super(`Actor ${actor} does not exist`);
  }
}

/** Thrown when a caller may not do this to a config (contract 2.10). Its owner or an admin may. */
export class ConfigNotAuthorized extends AbacoError {
  readonly kind = 'invalid';
  constructor(readonly action: 'read' | 'execute' | 'update' | 'manage-workers') {
    super(
      action === 'read'
        ? 'You do not have sufficient access to this actor config.'
        : 'Not authorized -- you do not have UPDATE access to this actor config.',
    );
  }
}

/** Thrown when somebody else than an admin asks for a config that the tenant does not have (contract 2.10). */
export class ConfigDoesNotExist extends AbacoError {
  readonly kind = 'invalid';
  /** @param config its internal id */
  constructor(readonly config: string) {
    super(`Config ${config} does not exist`);
  }
}
