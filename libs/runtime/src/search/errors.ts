import { AbacoError, pythonRepr } from '@abaco/contract';
import { searchTypes } from '@abaco/store';

/** Thrown for a search that cannot be understood (contract 2.13.2). The caller has to correct the parameter it names. */
export class InvalidSearch extends AbacoError {
  readonly kind = 'invalid';

  static type(): InvalidSearch {
    return new InvalidSearch(`Inputted search_type is invalid, must be one of ${pythonRepr(searchTypes)}.`);
  }

  static notAnInteger(name: string, value: string): InvalidSearch {
    return new InvalidSearch(`Inputted "${name}" paramater must be an int. Received: ${value}`);
  }

  static negative(name: string, value: string): InvalidSearch {
    return new InvalidSearch(`Inputted "${name}" must be positive. Received: ${value}`);
  }

  static betweenNeedsTwo(): InvalidSearch {
    return new InvalidSearch('Between must have two variables seperated by a comma. Ex. io.between=20,40');
  }

  static betweenOfOthers(): InvalidSearch {
    return new InvalidSearch('The values given to .between should be either float or ISO 8601 datetime.');
  }

  static time(): InvalidSearch {
    return new InvalidSearch(
      'Inputted datetime was in an incorrect format. Please refer to docs and follow ISO 8601 formatting. ' +
        "e.g. '2020-05-01T14:45:41.591Z'",
    );
  }

  static parameter(key: string, reason: string): InvalidSearch {
    return new InvalidSearch(`Invalid search parameter ${JSON.stringify(key)}: ${reason}`);
  }
}
