import { SearchNotAvailable } from './errors.js';
import type { QueryParameters } from './request-fields.js';

/**
 * Any query parameter but `x-nonce` makes a request for a collection a search (contract 2.0.7). Answering with the whole
 * list instead would be wrong without anybody noticing.
 * @throws SearchNotAvailable
 */
export function refuseSearch(query: QueryParameters): void {
  const parameter = Object.keys(query).find((name) => name !== 'x-nonce');
  if (parameter !== undefined) throw new SearchNotAvailable(parameter);
}
