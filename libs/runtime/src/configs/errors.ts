import { AbacoError } from '@abaco/contract';

/** Thrown when the tenant has no such config. */
export class ConfigNotFound extends AbacoError {
  readonly kind = 'not-found';

  static of(name: string): ConfigNotFound {
    return new ConfigNotFound(`No config found: ${name}.`);
  }

  static toDelete(name: string): ConfigNotFound {
    return new ConfigNotFound(`No config found with name: ${name}.`);
  }

  static toShare(id: string): ConfigNotFound {
    return new ConfigNotFound(`Config ${id} does not exist`);
  }
}

/** Thrown for a list of actors that cannot be one (contract 2.10). The caller has to correct the field `actors`. */
export class InvalidConfigActors extends AbacoError {
  readonly kind = 'invalid';
  constructor(
    readonly actors: string,
    details: string,
  ) {
    const shown = actors.length > 200 ? `${actors.slice(0, 200)}...` : actors;
    super(
      `Could not parse the actors parameter (${shown}). It should be a comma-separated list of actors ids or alias ids. ` +
        `Details: ${details}`,
    );
  }
}

/** Thrown when a config names what the tenant does not have. The caller has to take it out, or to register it first. */
export class UnknownConfigActor extends AbacoError {
  readonly kind = 'not-found';
  constructor(readonly identifier: string) {
    super(`No actor or alias found with id: ${identifier}.`);
  }
}

/** Thrown when a config is to be attached to an actor that the caller may not update. */
export class ConfigActorRefused extends AbacoError {
  readonly kind = 'invalid';
  constructor(readonly identifier: string) {
    super(
      `Not authorized -- you do not have UPDATE access to ${identifier}. A config can be attached only to actors that you may update.`,
    );
  }
}

/** Why an execution cannot get the configs of its actor: it ends in ERROR with this text. */
export class ConfigsUnusable extends AbacoError {
  readonly kind = 'unavailable';

  /** @param reason never holds anything of the value */
  static undecryptable(name: string, reason: string): ConfigsUnusable {
    return new ConfigsUnusable(
      `The secret config ${name} cannot be decrypted: ${reason}. Set its value again, or ask whoever runs this service for the key.`,
    );
  }

  static tooMany(most: number): ConfigsUnusable {
    return new ConfigsUnusable(`The actor has more than ${most} configs. Detach some from it.`);
  }

  static tooLong(variable: string, bytes: number, most: number, names: readonly string[]): ConfigsUnusable {
    return new ConfigsUnusable(
      `The configs of the actor are too long: the variable ${variable} takes ${bytes} bytes, and can have ${most}. ` +
        `Shorten some or detach them: ${names.join(', ')}.`,
    );
  }
}
