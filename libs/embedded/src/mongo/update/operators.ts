import { Int32, Timestamp } from 'bson';
import { add, integer, integerValue, isInteger, multiply } from '../bson/arithmetic.js';
import { clone } from '../bson/codec.js';
import { compareValues } from '../bson/compare.js';
import { bsonType, isDoc, isNumeric, type Numeric, typeName } from '../bson/values.js';
import { CommandFailure } from '../failure.js';
import { arrayOperators } from './array-operators.js';
import { read, type Target, write } from './targets.js';
import type { UpdateOperator, UpdateScope } from './update-operator.js';

/** The update operators but `$rename`, which has two paths. */
export const updateOperators: Readonly<Record<string, UpdateOperator>> = {
  $set: { creates: true, apply: (target, operand) => write(target, clone(operand)) },
  $setOnInsert: {
    creates: true,
    apply: (target, operand) => write(target, clone(operand)),
  },
  $unset: {
    creates: false,
    apply: (target) => {
      if (read(target) === undefined) return;
      if (Array.isArray(target.container)) write(target, null);
      else delete target.container[target.key];
    },
  },
  $inc: {
    creates: true,
    apply: (target, operand, scope) => {
      const amount = numberOperand('$inc', 'increment', target, operand);
      const value = read(target);
      write(target, value === undefined ? amount : add(numberField('$inc', target, value, scope), amount));
    },
  },
  $mul: {
    creates: true,
    apply: (target, operand, scope) => {
      const factor = numberOperand('$mul', 'multiply', target, operand);
      const value = read(target) === undefined ? new Int32(0) : numberField('$mul', target, read(target), scope);
      write(target, multiply(value, factor));
    },
  },
  $min: { creates: true, apply: (target, operand) => bound(target, operand, -1) },
  $max: { creates: true, apply: (target, operand) => bound(target, operand, 1) },
  $currentDate: {
    creates: true,
    apply: (target, operand, { now }) => {
      const type = isDoc(operand) ? operand.$type : operand === true ? 'date' : undefined;
      if (type !== 'date' && type !== 'timestamp') {
        throw new CommandFailure(2, "$currentDate needs true, {$type: 'date'} or {$type: 'timestamp'}");
      }
      write(target, type === 'date' ? now : new Timestamp({ t: Math.floor(now.getTime() / 1000), i: 1 }));
    },
  },
  $bit: { creates: true, apply: bit },
  ...arrayOperators,
};

function bound(target: Target, operand: unknown, sign: 1 | -1): void {
  const value = read(target);
  if (value === undefined || compareValues(operand, value) * sign > 0) write(target, clone(operand));
}

function numberOperand(operator: string, verb: string, target: Target, operand: unknown): Numeric {
  if (isNumeric(operand)) return operand;
  throw new CommandFailure(
    14,
    `Cannot ${verb} with non-numeric argument: {${target.path}: ${typeName(operand)}} (${operator})`,
  );
}

function numberField(operator: string, target: Target, value: unknown, { id }: UpdateScope): Numeric {
  if (isNumeric(value)) return value;
  throw new CommandFailure(
    14,
    `Cannot apply ${operator} to a value of non-numeric type. {_id: ${String(id)}} has the field '${target.key}' of non-numeric type ${typeName(value)}`,
  );
}

function bit(target: Target, operand: unknown): void {
  const value = read(target) ?? new Int32(0);
  if (!isDoc(operand) || !isNumeric(value) || !isInteger(value)) {
    throw new CommandFailure(2, `Cannot apply $bit to a value of non-integral type: '${target.path}'`);
  }
  let bits = integerValue(value);
  for (const [operation, mask] of Object.entries(operand)) {
    if (!isNumeric(mask) || !isInteger(mask)) throw new CommandFailure(2, 'The $bit modifier field must be an integer');
    if (operation === 'and') bits &= integerValue(mask);
    else if (operation === 'or') bits |= integerValue(mask);
    else if (operation === 'xor') bits ^= integerValue(mask);
    else throw new CommandFailure(2, "The $bit modifier only supports 'and', 'or', and 'xor'");
  }
  const long = bsonType(value) === 'Long' || Object.values(operand).some((mask) => bsonType(mask as object) === 'Long');
  write(target, integer(bits, long));
}
