import type { KeyObject } from 'node:crypto';

/** Where the keys come from that verify the tokens of a tenant. */
export interface KeySource {
  /** @param kid the id that the token names. @returns undefined when there is no such key */
  keyFor(kid: string | undefined): Promise<KeyObject | undefined>;
}
