import { AbacoError, invalidFieldMessage, type LetterCase, type PermissionLevel, pythonRepr } from '@abaco/contract';

type AliasField = Parameters<typeof invalidFieldMessage<'alias'>>[1];

/** Thrown for an alias that cannot be created or changed so. The caller has to correct what the message names. */
export class InvalidAlias extends AbacoError {
  readonly kind = 'invalid';

  static missing(field: AliasField, letterCase: LetterCase): InvalidAlias {
    return new InvalidAlias(invalidFieldMessage('alias', field, letterCase));
  }

  static because(reason: string): InvalidAlias {
    return new InvalidAlias(`Invalid alias description. ${reason}`);
  }

  static reserved(alias: string, words: readonly string[]): InvalidAlias {
    return new InvalidAlias(
      `${alias} is a reserved word. The following reserved words cannot be used for an alias: ${pythonRepr(words)}.`,
    );
  }

  static forbidden(character: string, characters: readonly string[]): InvalidAlias {
    return new InvalidAlias(
      `'${character}' is a forbidden character. The following characters cannot be used for an alias: ` +
        `${pythonRepr(characters)}.`,
    );
  }
}

/** Thrown when the alias itself stands in the body of its update. The caller has to leave it out. */
export class AliasIsFixed extends AbacoError {
  readonly kind = 'invalid';
  constructor() {
    super('Invalid alias update description. The alias itself cannot be updated in a PUT request.');
  }
}

/** Thrown when the caller may not update the actor that an alias is to stand for. */
export class NoAccessToAliasedActor extends AbacoError {
  readonly kind = 'invalid';

  static onCreate(actor: string): NoAccessToAliasedActor {
    return new NoAccessToAliasedActor(`Not authorized -- you do not have access to ${actor}.`);
  }

  static onUpdate(): NoAccessToAliasedActor {
    return new NoAccessToAliasedActor(
      'Not authorized -- you do not have UPDATE access to the actor you want to associate with this alias.',
    );
  }
}

/** Thrown for a nonce that cannot be made. The caller has to correct the field it names. */
export class InvalidNonce extends AbacoError {
  readonly kind = 'invalid';

  static maxUses(letterCase: LetterCase): InvalidNonce {
    return new InvalidNonce(invalidFieldMessage('nonce', 'max_uses', letterCase));
  }

  static maxUsesOutOfRange(): InvalidNonce {
    return new InvalidNonce('The max uses parameter must be a positive integer or -1 (to denote unlimited uses).');
  }

  static level(levels: readonly PermissionLevel[]): InvalidNonce {
    return new InvalidNonce(
      `Invalid nonce description. The level attribute must be one of: (${levels.map(pythonRepr).join(', ')})`,
    );
  }

  static because(reason: string): InvalidNonce {
    return new InvalidNonce(`Invalid nonce description: ${reason}`);
  }
}

/** Thrown for a permission that cannot be granted. The caller has to correct the field it names. */
export class InvalidPermission extends AbacoError {
  readonly kind = 'invalid';

  static field(field: 'user' | 'level', letterCase: LetterCase): InvalidPermission {
    return new InvalidPermission(invalidFieldMessage('permission', field, letterCase));
  }

  static because(reason: string): InvalidPermission {
    return new InvalidPermission(`Invalid permissions description: ${reason}`);
  }
}
