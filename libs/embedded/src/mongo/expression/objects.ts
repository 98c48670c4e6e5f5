import { type Doc, fieldsOf, hasField, isDoc, setField } from '../bson/values.js';
import { CommandFailure } from '../failure.js';
import type { Operators } from './frame.js';
import { arrayOf, asDoc, isNullish, operator, stringOf, variadic } from './operands.js';

/** Operators on embedded documents. */
export const objectOperators: Operators = {
  $mergeObjects: variadic((values) => {
    const merged: Doc = {};
    for (const value of values.length === 1 && Array.isArray(values[0]) ? (values[0] as unknown[]) : values) {
      if (isNullish(value)) continue;
      if (!isDoc(value)) throw new CommandFailure(14, '$mergeObjects requires object inputs');
      for (const [name, field] of Object.entries(value)) setField(merged, name, field);
    }
    return merged;
  }),
  $objectToArray: operator(1, (value) => {
    if (isNullish(value)) return null;
    if (!isDoc(value)) throw new CommandFailure(14, '$objectToArray requires a document input');
    return Object.entries(fieldsOf(value)).map(([k, v]) => ({ k, v }));
  }),
  $arrayToObject: operator(1, (value) => {
    if (isNullish(value)) return null;
    const result: Doc = {};
    for (const entry of arrayOf('$arrayToObject', value)) {
      const [name, field] = Array.isArray(entry) ? (entry as unknown[]) : isDoc(entry) ? [entry.k, entry.v] : [];
      setField(result, stringOf('$arrayToObject', name), field ?? null);
    }
    return result;
  }),
  $getField: (operand, compile, name) => {
    const spec = isDoc(operand) && 'field' in operand ? operand : { field: operand };
    const field = compile(spec.field);
    const input = 'input' in spec ? compile(spec.input) : undefined;
    return (frame) => {
      const value = input ? input(frame) : frame.current;
      const key = stringOf(name, field(frame));
      return isDoc(value) && hasField(value, key) ? value[key] : undefined;
    };
  },
  $setField: (operand, compile, name) => {
    const spec = asDoc(name, operand);
    const [field, input, value] = [compile(spec.field), compile(spec.input), compile(spec.value)];
    return (frame) => {
      const target = input(frame);
      if (isNullish(target)) return null;
      const result: Doc = { ...asDoc(name, target) };
      const key = stringOf(name, field(frame));
      const next = value(frame);
      if (next === undefined) delete result[key];
      else setField(result, key, next);
      return result;
    };
  },
};
