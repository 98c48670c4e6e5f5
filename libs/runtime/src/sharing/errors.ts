import { AbacoError, permissionLevels, pythonRepr } from '@abaco/contract';

/** Thrown when the tenant has no such alias. */
export class AliasNotFound extends AbacoError {
  readonly kind = 'not-found';
  constructor(readonly alias: string) {
    super(`No alias found: ${alias}.`);
  }
}

/** Thrown when an actor or alias has no such nonce. */
export class NonceNotFound extends AbacoError {
  constructor(readonly kind: 'invalid' | 'not-found' = 'invalid') {
    super('Nonce not found.');
  }
}

/** Thrown for a nonce that cannot be redeemed (contract 3.7). */
export class NonceRefused extends AbacoError {
  readonly kind = 'invalid';

  static unknown(): NonceRefused {
    return new NonceRefused('Nonce does not exist.');
  }

  static levelTooLow(): NonceRefused {
    return new NonceRefused('Nonce does not have sufficient permissions level.');
  }

  static usedUp(): NonceRefused {
    return new NonceRefused('No remaining uses left for this nonce.');
  }
}

/** Thrown for a level that does not exist. The caller has to take one of those that do. */
export class InvalidPermissionLevel extends AbacoError {
  readonly kind = 'invalid';
  constructor(readonly level: string) {
    const levels = `(${permissionLevels.map(pythonRepr).join(', ')})`;
    super(`Invalid permission level: ${level}. The valid values are ${levels}`);
  }
}
