import { Decimal128, deserialize, Double, Int32, Long, ObjectId, serialize } from 'bson';
import { decode, encode } from '../bson/codec.js';
import type { Doc } from '../bson/values.js';
import { CommandFailure } from '../failure.js';
import { compileUpdate, upsertDocument } from './compile.js';

const now = new Date('2026-01-02T03:04:05.678Z');
/** Through BSON, so that numbers get the types that a driver sends. */
const typed = (doc: object): Doc => decode(serialize(doc, { ignoreUndefined: true }));
const plain = (doc: Doc): unknown => deserialize(encode(doc));
const apply = (doc: object, update: object, arrayFilters?: object[]): unknown => {
  const { update: parsed, filters } = typed({ update, filters: arrayFilters ?? [] });
  return plain(compileUpdate(parsed, filters, { now })(typed(doc)));
};
const codeOf = (act: () => unknown): number | undefined => {
  try {
    act();
    return undefined;
  } catch (error) {
    if (error instanceof CommandFailure) return error.code;
    throw error;
  }
};

describe('update operators', () => {
  it.each<[string, object, object, object]>([
    ['$set makes nested fields', { _id: 1 }, { $set: { 'a.b': 2 } }, { _id: 1, a: { b: 2 } }],
    ['$set pads arrays', { _id: 1, a: [1] }, { $set: { 'a.3': 2 } }, { _id: 1, a: [1, null, null, 2] }],
    [
      '$unset leaves null in arrays',
      { _id: 1, a: [1, 2], b: 1 },
      { $unset: { 'a.0': '', b: '' } },
      { _id: 1, a: [null, 2] },
    ],
    ['$inc begins at nothing', { _id: 1 }, { $inc: { n: 2 } }, { _id: 1, n: 2 }],
    ['$mul begins at zero', { _id: 1, n: 3 }, { $mul: { n: 2, m: 5 } }, { _id: 1, n: 6, m: 0 }],
    [
      '$min and $max compare',
      { _id: 1, a: 5, b: 5 },
      { $min: { a: 3, c: 1 }, $max: { b: 3 } },
      { _id: 1, a: 3, b: 5, c: 1 },
    ],
    ['$rename moves', { _id: 1, a: { b: 1 } }, { $rename: { 'a.b': 'c' } }, { _id: 1, a: {}, c: 1 }],
    ['$currentDate takes the server time', { _id: 1 }, { $currentDate: { t: true } }, { _id: 1, t: now }],
    ['$setOnInsert does nothing to a document', { _id: 1 }, { $setOnInsert: { a: 1 } }, { _id: 1 }],
    ['$push adds', { _id: 1 }, { $push: { a: 1 } }, { _id: 1, a: [1] }],
    [
      '$push sorts and slices what was missing',
      { _id: 1 },
      { $push: { a: { $each: [3, 1, 2], $sort: 1, $slice: 2 } } },
      { _id: 1, a: [1, 2] },
    ],
    [
      '$push inserts at a position',
      { _id: 1, a: [1, 4] },
      { $push: { a: { $each: [2, 3], $position: 1 } } },
      { _id: 1, a: [1, 2, 3, 4] },
    ],
    ['$addToSet adds once', { _id: 1, a: [1] }, { $addToSet: { a: { $each: [1, 2, 2] } } }, { _id: 1, a: [1, 2] }],
    [
      '$pop takes an end',
      { _id: 1, a: [1, 2, 3], b: [1, 2] },
      { $pop: { a: 1, b: -1 } },
      { _id: 1, a: [1, 2], b: [2] },
    ],
    ['$pull by condition', { _id: 1, a: [1, 5, 9] }, { $pull: { a: { $gte: 5 } } }, { _id: 1, a: [1] }],
    [
      '$pull by fields',
      { _id: 1, a: [{ x: 1, y: 1 }, { x: 2 }] },
      { $pull: { a: { x: 1 } } },
      { _id: 1, a: [{ x: 2 }] },
    ],
    ['$pullAll by values', { _id: 1, a: [1, 2, 1] }, { $pullAll: { a: [1] } }, { _id: 1, a: [2] }],
    ['$bit on integers', { _id: 1, a: 12 }, { $bit: { a: { and: 10 } } }, { _id: 1, a: 8 }],
    ['all elements', { _id: 1, a: [1, 2] }, { $inc: { 'a.$[]': 1 } }, { _id: 1, a: [2, 3] }],
  ])('%s', (_, doc, update, expected) => {
    expect(apply(doc, update)).toEqual(expected);
  });

  it('change the elements that an array filter selects', () => {
    expect(
      apply({ _id: 1, a: [{ n: 1 }, { n: 5 }] }, { $set: { 'a.$[big].x': true } }, [{ 'big.n': { $gt: 3 } }]),
    ).toEqual({
      _id: 1,
      a: [{ n: 1 }, { n: 5, x: true }],
    });
  });

  it.each<[string, object, object, number]>([
    ['$inc on a string', { _id: 1, a: 'x' }, { $inc: { a: 1 } }, 14],
    ['$inc by a string', { _id: 1 }, { $inc: { a: 'x' } }, 14],
    ['$inc beyond 64 bits', { _id: 1, a: Long.MAX_VALUE }, { $inc: { a: 1 } }, 15],
    ['$push on a value', { _id: 1, a: 1 }, { $push: { a: 1 } }, 2],
    ['$pop on a value', { _id: 1, a: 1 }, { $pop: { a: 1 } }, 14],
    ['$set through a value', { _id: 1, a: 1 }, { $set: { 'a.b': 1 } }, 28],
    ['$set of a name in an array', { _id: 1, a: [] }, { $set: { 'a.b': 1 } }, 28],
    ['two changes of one path', { _id: 1 }, { $set: { a: 1 }, $inc: { a: 1 } }, 40],
    ['a path in another', { _id: 1 }, { $set: { a: 1, 'a.b': 1 } }, 40],
    ['another _id', { _id: 1 }, { $set: { _id: 2 } }, 66],
    ['an unknown operator', { _id: 1 }, { $frob: { a: 1 } }, 9],
    ['the positional operator', { _id: 1, a: [1] }, { $set: { 'a.$': 1 } }, 238],
    ['an empty name', { _id: 1 }, { $set: { 'a.': 1 } }, 56],
    ['a huge array', { _id: 1, a: [] }, { $set: { 'a.99999999': 1 } }, 2],
  ])('refuse %s', (_, doc, update, code) => {
    expect(codeOf(() => apply(doc, update))).toBe(code);
  });

  it('leave the given document as it is', () => {
    const doc = typed({ _id: 1, a: { b: [1] } });
    compileUpdate(typed({ $push: { 'a.b': 2 } }), undefined, { now })(doc);
    expect(plain(doc)).toEqual({ _id: 1, a: { b: [1] } });
  });

  it.each<[string, unknown, unknown, unknown]>([
    ['int', new Int32(1), new Int32(2), new Int32(3)],
    ['an int that overflows', new Int32(2 ** 31 - 1), new Int32(1), Long.fromNumber(2 ** 31)],
    ['long', Long.fromBigInt(2n ** 60n), new Int32(1), Long.fromBigInt(2n ** 60n + 1n)],
    ['double', new Int32(1), new Double(0.5), new Double(1.5)],
    ['whole double', new Double(1), new Int32(1), new Double(2)],
    ['decimal', Decimal128.fromString('0.1'), Decimal128.fromString('0.2'), Decimal128.fromString('0.3')],
  ])('keep the type of numbers: %s', (_, value, amount, expected) => {
    const result = compileUpdate({ $inc: { n: amount } }, undefined, { now })({ _id: 1, n: value });
    expect(result.n).toEqual(expected);
  });
});

describe('update pipelines', () => {
  it('see the document and the server time', () => {
    const update = [
      {
        $set: {
          lease: {
            $cond: [{ $gt: ['$n', 1] }, { $dateAdd: { startDate: '$$NOW', unit: 'second', amount: 30 } }, null],
          },
        },
      },
      { $unset: 'x' },
    ];
    expect(apply({ _id: 1, n: 2, x: 1 }, update)).toEqual({ _id: 1, n: 2, lease: new Date(now.getTime() + 30_000) });
  });

  it('keep the _id when they replace the document', () => {
    expect(apply({ _id: 1, a: { b: 2 } }, [{ $replaceWith: '$a' }])).toEqual({ _id: 1, b: 2 });
  });

  it('refuse stages that do not map one document to one', () => {
    expect(codeOf(() => apply({ _id: 1 }, [{ $match: {} }]))).toBe(72);
  });
});

describe('an upsert', () => {
  it('joins the equalities of the filter with the update', () => {
    const { filter, update } = typed({
      filter: { a: 1, 'b.c': { $eq: 2 }, d: { $gt: 3 } },
      update: { $set: { e: 4 }, $setOnInsert: { f: 5 } },
    });
    const { _id, ...rest } = plain(
      upsertDocument(filter as Doc, compileUpdate(update, undefined, { now }), false),
    ) as Doc;
    expect(_id).toBeInstanceOf(ObjectId);
    expect(rest).toEqual({ a: 1, b: { c: 2 }, e: 4, f: 5 });
  });

  it('takes only the _id from the filter of a replacement', () => {
    const { filter, update } = typed({ filter: { _id: 9, a: 1 }, update: { b: 2 } });
    expect(plain(upsertDocument(filter as Doc, compileUpdate(update, undefined, { now }), true))).toEqual({
      _id: 9,
      b: 2,
    });
  });
});
