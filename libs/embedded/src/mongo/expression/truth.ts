import { nearestDouble } from '../bson/number-key.js';
import { isNumeric } from '../bson/values.js';

/** MongoDB's notion of true: everything but false, null, missing and zero. */
export function truthy(value: unknown): boolean {
  if (value === undefined || value === null || value === false) return false;
  return !(isNumeric(value) && nearestDouble(value) === 0);
}
