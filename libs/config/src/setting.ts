import type { RawValue } from './option.js';

/** A value that a source gives for `section.name`, spelled as in the source. */
export interface Setting {
  readonly section: string;
  readonly name: string;
  readonly value: RawValue;
  /** Where it came from, for error messages: `abaco.yaml:12` or `environment variable ABACO__WEB__PORT`. */
  readonly origin: string;
}

/** What a source holds, and what is wrong with it whatever the options are. */
export interface SourceContent {
  readonly settings: readonly Setting[];
  readonly problems: readonly string[];
}
