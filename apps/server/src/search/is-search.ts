import type { QueryParameters } from '../http/query-parameters.js';

/** Any query parameter but `x-nonce` makes a request for a collection a search (contract 2.0.7). */
export const isSearch = (query: QueryParameters): boolean => Object.keys(query).some((name) => name !== 'x-nonce');
