import { type Secrets, Undecryptable } from '@abaco/secrets';
import type { ConfigDbid, ConfigRecord } from '@abaco/store';
import { ConfigsUnusable } from './errors.js';

/** Where the value of a config is stored, for its encryption: what is copied to another tenant or name does not decrypt there. */
export const placeOf = (config: ConfigDbid): string => `config ${config}`;

/** The value for a container. @throws ConfigsUnusable */
export function plainValue(secrets: Secrets, { _id, name, value, is_secret }: ConfigRecord): string {
  if (!is_secret) return value;
  try {
    return secrets.open(value, placeOf(_id));
  } catch (error) {
    throw error instanceof Undecryptable ? ConfigsUnusable.undecryptable(name, error.message) : error;
  }
}
