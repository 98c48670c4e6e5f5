import { type Binary } from 'bson';
import { nearestDouble } from '../bson/number-key.js';
import { isBinary, isNumeric, typeName } from '../bson/values.js';
import { CommandFailure } from '../failure.js';

type Predicate = (value: unknown) => boolean;

/** BSON type numbers (BSON specification 1.1) by their alias. */
const typeNumbers: Readonly<Record<string, number>> = {
  double: 1,
  string: 2,
  object: 3,
  array: 4,
  binData: 5,
  undefined: 6,
  objectId: 7,
  bool: 8,
  date: 9,
  null: 10,
  regex: 11,
  dbPointer: 12,
  javascript: 13,
  symbol: 14,
  javascriptWithScope: 15,
  int: 16,
  timestamp: 17,
  long: 18,
  decimal: 19,
  minKey: -1,
  maxKey: 127,
};
const typeAliases = new Map(Object.entries(typeNumbers).map(([alias, number]) => [number, alias]));
const numberAliases = ['double', 'int', 'long', 'decimal'];

/** `$type`: a number, an alias, `number`, or an array of these. */
export function typePredicate(operand: unknown): Predicate {
  const wanted = new Set(
    (Array.isArray(operand) ? (operand as unknown[]) : [operand]).flatMap((type) => {
      if (type === 'number') return numberAliases;
      const alias = typeof type === 'string' ? type : typeAliases.get(Number(type));
      if (alias === undefined || !(alias in typeNumbers)) {
        throw new CommandFailure(2, `Unknown type name alias: ${String(type)}`);
      }
      return [alias];
    }),
  );
  return (value) => value !== undefined && wanted.has(typeName(value));
}

/** `$mod: [divisor, remainder]`, truncating both to integers. */
export function modPredicate(operand: unknown): Predicate {
  if (!Array.isArray(operand) || operand.length !== 2 || !operand.every(isNumeric)) {
    throw new CommandFailure(2, 'malformed mod, needs to be an array of two numbers');
  }
  const [divisor, remainder] = operand.map((number) => Math.trunc(nearestDouble(number)));
  if (divisor === 0 || divisor === undefined) throw new CommandFailure(2, 'divisor cannot be 0');
  return (value) => isNumeric(value) && Math.trunc(nearestDouble(value)) % divisor === remainder;
}

/** `$bitsAllSet` and its siblings: a mask as a number, a list of positions, or binary data. */
export function bitsPredicate(operator: string, operand: unknown): Predicate {
  const mask = maskOf(operand);
  return (value) => {
    const bits = bitsOf(value);
    if (bits === undefined) return false;
    const set = bits & mask;
    switch (operator) {
      case '$bitsAllSet':
        return set === mask;
      case '$bitsAllClear':
        return set === 0n;
      case '$bitsAnySet':
        return set !== 0n;
      default:
        return set !== mask;
    }
  };
}

function maskOf(operand: unknown): bigint {
  if (Array.isArray(operand)) return operand.reduce((mask: bigint, bit) => mask | (1n << BigInt(Number(bit))), 0n);
  const mask = bitsOf(operand);
  if (mask === undefined)
    throw new CommandFailure(2, 'a bit mask must be a number, binary data or a list of positions');
  return mask;
}

/** Negative numbers extend their sign without end. */
function bitsOf(value: unknown): bigint | undefined {
  if (isBinary(value)) return littleEndian(value);
  if (!isNumeric(value)) return undefined;
  if ('toBigInt' in value) return value.toBigInt();
  const number = nearestDouble(value);
  return Number.isInteger(number) ? BigInt(number) : undefined;
}

function littleEndian(value: Binary): bigint {
  let bits = 0n;
  for (let at = value.position - 1; at >= 0; at--) bits = (bits << 8n) | BigInt(value.buffer[at] ?? 0);
  return bits;
}
