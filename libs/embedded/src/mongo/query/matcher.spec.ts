import { Binary, Decimal128, Double, Int32, Long, ObjectId, serialize } from 'bson';
import fc from 'fast-check';
import { Query as MingoQuery } from 'mingo';
import { decode } from '../bson/codec.js';
import type { Doc } from '../bson/values.js';
import { compileFilter } from './matcher.js';

const scope = { now: new Date('2026-01-01T00:00:00Z') };
const matches = (filter: object, doc: object): boolean => {
  const typed = decode(serialize({ filter, doc }));
  return compileFilter(typed.filter as Doc, scope)(typed.doc as Doc);
};

describe('a filter', () => {
  it.each<[object, object, boolean]>([
    [{ a: 1 }, { a: Long.fromNumber(1) }, true],
    [{ a: new Double(1) }, { a: Decimal128.fromString('1.0') }, true],
    [{ a: { $gt: Long.fromBigInt(2n ** 53n) } }, { a: Long.fromBigInt(2n ** 53n + 1n) }, true],
    [{ a: { $lt: Decimal128.fromString('0.2') } }, { a: new Double(0.1) }, true],
    [{ a: { $gt: 5 } }, { a: '6' }, false],
    [{ a: new Binary(Buffer.from('x')) }, { a: new Binary(Buffer.from('y')) }, false],
    [{ a: new Binary(Buffer.from('x')) }, { a: new Binary(Buffer.from('x')) }, true],
    [{ a: { $lt: new ObjectId('f'.repeat(24)) } }, { a: new ObjectId('0'.repeat(24)) }, true],
    [{ a: null }, {}, true],
    [{ a: null }, { a: null }, true],
    [{ a: null }, { a: 1 }, false],
    [{ 'a.b': null }, { a: 4 }, true],
    [{ 'a.b': null }, { a: [4] }, false],
    [{ 'a.b': null }, { a: [{ a: 4 }, { b: 4 }] }, true],
    [{ 'a.b': null }, { a: [{ b: 4 }] }, false],
    [{ a: { $exists: false } }, {}, true],
    [{ 'a.b': { $exists: true } }, { a: [{ b: null }] }, true],
    [{ a: 2 }, { a: [1, 2] }, true],
    [{ a: [1, 2] }, { a: [1, 2] }, true],
    [{ a: [1, 2] }, { a: [[1, 2]] }, true],
    [{ a: { $ne: 2 } }, { a: [1, 2] }, false],
    [{ 'a.b': 2 }, { a: [{ b: 1 }, { b: 2 }] }, true],
    [{ 'a.1': 2 }, { a: [1, 2] }, true],
    [{ 'a.0.b': 2 }, { a: [{ b: 2 }] }, true],
    [{ a: { x: 1, y: 2 } }, { a: { y: 2, x: 1 } }, false],
    [{ a: { $gt: 1, $lt: 3 } }, { a: [0, 4] }, true],
    [{ a: { $elemMatch: { $gt: 1, $lt: 3 } } }, { a: [0, 4] }, false],
    [{ a: { $elemMatch: { b: 1, c: 2 } } }, { a: [{ b: 1 }, { b: 1, c: 2 }] }, true],
    [{ a: { $all: [1, 2] } }, { a: [2, 1, 3] }, true],
    [{ a: { $size: 2 } }, { a: [1, 2] }, true],
    [{ a: { $in: [/^x/, 5] } }, { a: 'xy' }, true],
    [{ a: { $nin: [1, null] } }, {}, false],
    [{ a: { $not: { $gt: 5 } } }, {}, true],
    [{ a: { $type: 'long' } }, { a: Long.fromNumber(1) }, true],
    [{ a: { $type: 'number' } }, { a: 'x' }, false],
    [{ a: { $mod: [4, 1] } }, { a: 5 }, true],
    [{ a: { $regex: 'B', $options: 'i' } }, { a: 'abc' }, true],
    [{ a: { $bitsAllSet: 5 } }, { a: 7 }, true],
    [{ $or: [{ a: 1 }, { b: 1 }] }, { b: 1 }, true],
    [{ $nor: [{ a: 1 }, { b: 1 }] }, { b: 1 }, false],
    [{ $expr: { $lt: ['$a', '$$NOW'] } }, { a: new Date('2025-01-01') }, true],
    [{ $expr: { $gt: [{ $add: ['$a', 1] }, new Int32(2)] } }, { a: 1 }, false],
    [{ a: { $gte: NaN } }, { a: NaN }, true],
    [{ a: { $lt: 5 } }, { a: NaN }, false],
    [{ 'a.$id': 1 }, { a: { $ref: 'c', $id: 1 } }, true],
  ])('%j on %j: %s', (filter, doc, expected) => {
    expect(matches(filter, doc)).toBe(expected);
  });

  it.each([
    [{ $where: 'true' }, 238],
    [{ $text: { $search: 'a' } }, 238],
    [{ a: { $near: [1, 2] } }, 2],
    [{ a: { $frob: 1 } }, 2],
    [{ $frob: 1 }, 2],
    [{ $or: [] }, 2],
    [{ a: { $in: 1 } }, 2],
    [{ $expr: { $frob: 1 } }, 168],
    [{ $expr: '$$unknown' }, 17419],
  ])('refuses %j', (filter, code) => {
    expect(() => matches(filter, {})).toThrow(expect.objectContaining({ code }) as Error);
  });

  it('agrees with mingo on plain documents', () => {
    const scalar = fc.oneof(fc.integer({ min: 0, max: 4 }), fc.constantFrom('a', 'b', true));
    const value = fc.oneof(
      scalar,
      fc.array(scalar, { maxLength: 3 }),
      fc.record({ b: scalar }, { requiredKeys: [], noNullPrototype: true }),
    );
    const doc = fc.record({ a: value, b: scalar }, { requiredKeys: [], noNullPrototype: true });
    const operator = fc.constantFrom('$eq', '$ne', '$gt', '$gte', '$lt', '$lte');
    const condition = fc.oneof(
      scalar,
      fc.tuple(operator, scalar).map(([name, operand]) => ({ [name]: operand })),
      fc.array(scalar, { maxLength: 3 }).map((items) => ({ $in: items })),
      fc.boolean().map((exists) => ({ $exists: exists })),
    );
    const simple = fc.tuple(fc.constantFrom('a', 'b', 'a.b'), condition).map(([path, inner]) => ({ [path]: inner }));
    const filter = fc.oneof(
      simple,
      fc
        .tuple(fc.constantFrom('$and', '$or', '$nor'), fc.array(simple, { minLength: 1, maxLength: 3 }))
        .map(([name, list]) => ({
          [name]: list,
        })),
    );
    fc.assert(
      fc.property(filter, doc, (where, document) => {
        expect(matches(where, document)).toBe(new MingoQuery(where as never).test(document as never));
      }),
      { numRuns: 1000 },
    );
  });
});
