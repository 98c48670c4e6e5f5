import { AbacoError } from '@abaco/contract';

/** Thrown when the configuration cannot be used. Nothing was started; `problems` names all of them at once. */
export class ConfigError extends AbacoError {
  readonly kind = 'invalid';

  constructor(readonly problems: readonly string[]) {
    super(['The configuration cannot be used:', ...problems.map((problem) => `  ${problem}`)].join('\n'));
  }
}
