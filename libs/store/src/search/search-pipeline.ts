import type { SearchCondition, SearchRequest } from './search-condition.js';
import { textFields } from './search-fields.js';

/** The name of the score in the documents on their way through the database. */
export const SCORE = 'search_score';

/** Every character of a text as itself in a regular expression. */
const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/** The filter that a condition is. */
export function filterOf(condition: SearchCondition): object {
  const { path } = condition;
  switch (condition.kind) {
    case 'in':
      return { [path]: { [condition.not ? '$nin' : '$in']: [...condition.values] } };
    case 'compare':
      return { [path]: { [`$${condition.operator}`]: condition.value } };
    case 'between':
      return { [path]: { $gte: condition.from, $lte: condition.to } };
    case 'like':
      return { [path]: condition.not ? { $not: { $regex: condition.pattern } } : { $regex: condition.pattern } };
    default:
      return condition satisfies never;
  }
}

/** Keeps what meets all conditions and contains the phrase. */
export function matchStage({ type, conditions, phrase }: SearchRequest): object {
  const filters = conditions.map(filterOf);
  if (phrase !== undefined) {
    const contains = { $regex: escaped(phrase), $options: 'i' };
    filters.push({ $or: textFields(type).map((field) => ({ [field]: contains })) });
  }
  return { $match: filters.length === 0 ? {} : { $and: filters } };
}

/**
 * Sorts by how well the terms match, then by age. A term counts once for each field that contains it, and once more where
 * it stands there as a word.
 */
export function rankStages({ type, terms }: SearchRequest, byAge: Readonly<Record<string, 1>>): object[] {
  if (terms.length === 0) return [{ $sort: byAge }];
  const points = terms.flatMap((term) =>
    textFields(type).flatMap((field) => {
      const input = { $cond: [{ $eq: [{ $type: `$${field}` }, 'string'] }, `$${field}`, ''] };
      const word = `(^|[^A-Za-z0-9])${escaped(term)}([^A-Za-z0-9]|$)`;
      return [escaped(term), word].map((regex) => ({
        $cond: [{ $regexMatch: { input, regex: { $literal: regex }, options: 'i' } }, 1, 0],
      }));
    }),
  );
  return [{ $set: { [SCORE]: { $add: points } } }, { $sort: { [SCORE]: -1, ...byAge } }];
}
