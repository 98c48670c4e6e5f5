import type { SearchType } from './search-fields.js';

/** A stored value that can be compared with. */
export type SearchValue = string | number | boolean | Date | null | object;

/** What a field must be. `path` is a stored field, or a member of one, with dots. */
export type SearchCondition =
  /** One of these values, or (`not`) none of them. */
  | { readonly kind: 'in'; readonly path: string; readonly values: readonly SearchValue[]; readonly not: boolean }
  | {
      readonly kind: 'compare';
      readonly path: string;
      readonly operator: 'lt' | 'lte' | 'gt' | 'gte';
      readonly value: SearchValue;
    }
  | { readonly kind: 'between'; readonly path: string; readonly from: SearchValue; readonly to: SearchValue }
  /** A regular expression in the syntax of RE2, anywhere in the text. */
  | { readonly kind: 'like'; readonly path: string; readonly pattern: string; readonly not: boolean };

/** A search as it was asked for. */
export interface SearchRequest {
  readonly type: SearchType;
  /** All of them must hold. */
  readonly conditions: readonly SearchCondition[];
  /** Rank what contains them before what does not. */
  readonly terms: readonly string[];
  /** Must occur, in any letter case. */
  readonly phrase: string | undefined;
  readonly skip: number;
  readonly limit: number;
}
