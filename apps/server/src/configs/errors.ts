import { AbacoError, fieldHelp, invalidFieldMessage, type LetterCase, pythonRepr, wireName } from '@abaco/contract';

export type ConfigField = Parameters<typeof invalidFieldMessage<'config'>>[1];

/** Thrown for a config that cannot be created or changed so. The caller has to correct what the message names. */
export class InvalidConfig extends AbacoError {
  readonly kind = 'invalid';

  static because(reason: string): InvalidConfig {
    return new InvalidConfig(`Invalid config description. ${reason}`);
  }

  /** A field is missing or of the wrong type, in a POST. */
  static field(field: ConfigField, letterCase: LetterCase): InvalidConfig {
    return new InvalidConfig(invalidFieldMessage('config', field, letterCase));
  }

  /** The same in a PUT, in the words of the original (contract 2.10). */
  static fieldOfUpdate(field: ConfigField, letterCase: LetterCase): InvalidConfig {
    return InvalidConfig.unreadableUpdate(pythonRepr({ [wireName(field, letterCase)]: fieldHelp.config[field] }));
  }

  static unreadableUpdate(details: string): InvalidConfig {
    return new InvalidConfig(
      'Invalid alias description. Could not determine if required fields are present. Is the body valid JSON? ' +
        `Details: ${details}`,
    );
  }

  static reserved(name: string, words: readonly string[]): InvalidConfig {
    return new InvalidConfig(
      `${name} is a reserved word. The following reserved words cannot be used for a config: ${pythonRepr(words)}.`,
    );
  }

  static forbidden(character: string, characters: string): InvalidConfig {
    return new InvalidConfig(
      `'${character}' is a forbidden character. The following characters cannot be used for a config name: [${characters}].`,
    );
  }
}
