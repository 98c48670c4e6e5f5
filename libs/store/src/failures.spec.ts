import { mongo } from 'mongoose';
import { StoreUnavailable } from './errors.js';
import { isDuplicate, storeError } from './failures.js';

describe('errors of the database', () => {
  it.each([
    new mongo.MongoNetworkError('connect ECONNREFUSED'),
    new mongo.MongoServerError({ message: 'not primary', code: 10107 }),
    new mongo.MongoServerError({ message: 'interrupted at shutdown', code: 11600 }),
    Object.assign(new Error('pool'), { name: 'MongoWaitQueueTimeoutError' }),
    Object.assign(new Error('This socket has been ended by the other party'), { code: 'EPIPE' }),
  ])('that a retry may cure are StoreUnavailable: $message', (error) => {
    const seen = storeError(error);
    expect(seen).toBeInstanceOf(StoreUnavailable);
    expect((seen as StoreUnavailable).cause).toBe(error);
    expect((seen as StoreUnavailable).message).not.toContain(error.message);
  });

  it.each([new mongo.MongoServerError({ message: 'bad update', code: 9 }), new TypeError('ours')])(
    'that are mistakes stay what they are: $message',
    (error) => {
      expect(storeError(error)).toBe(error);
    },
  );

  it('tell which unique index refused a write', () => {
    const duplicate = new mongo.MongoServerError({ message: 'dup', code: 11000, keyPattern: { actor_id: 1, slot: 1 } });
    expect(isDuplicate(duplicate, 'slot')).toBe(true);
    expect(isDuplicate(duplicate, '_id')).toBe(false);
    expect(isDuplicate(new Error('dup'), '_id')).toBe(false);
  });
});
