import type { QueryParameters } from '../http/query-parameters.js';
import { InvalidFollow } from './errors.js';

/**
 * Takes `follow` out of the query of a request for logs: it is no search parameter.
 * @throws InvalidFollow
 */
export function readFollow(query: QueryParameters): { readonly follow: boolean; readonly rest: QueryParameters } {
  const { follow: given, ...rest } = query;
  if (given === undefined) return { follow: false, rest };
  const value = (typeof given === 'string' ? given : (given[0] ?? '')).toLowerCase();
  if (value !== 'true' && value !== 'false') throw InvalidFollow.value();
  const other = Object.keys(rest).find((name) => name !== 'x-nonce');
  if (value === 'true' && other !== undefined) throw InvalidFollow.with(other);
  return { follow: value === 'true', rest };
}
