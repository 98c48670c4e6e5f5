import { createDurableBed } from '../test-support/durable-bed.js';

describe('Options of a durable actor', () => {
  it.each([
    [{ mailbox: '' }, 'mailbox must be a name, not empty'],
    [{ credit: 0 }, 'credit must be a whole number from 1, not 0'],
    [{ credit: 1.5 }, 'credit must be a whole number from 1, not 1.5'],
    [{ credit: Infinity }, 'credit must be a whole number from 1, not Infinity'],
    [{ maxAttempts: 0 }, 'maxAttempts must be a whole number from 1, or Infinity, not 0'],
    [{ maxAttempts: NaN }, 'maxAttempts must be a whole number from 1, or Infinity, not NaN'],
    [{ retry: { minMs: -1 } }, 'retry.minMs must be a number of milliseconds from 0, not -1'],
    [{ retry: { maxMs: NaN } }, 'retry.maxMs must be a number of milliseconds from 0, not NaN'],
    [{ retry: { jitter: 2 } }, 'retry.jitter must be from 0 to 1, not 2'],
    [{ deadLetterMailbox: '' }, 'deadLetterMailbox must be the name of another mailbox, not '],
    [{ deadLetterMailbox: 'jobs' }, 'deadLetterMailbox must be the name of another mailbox, not jobs'],
    [{ mailboxCapacity: 0 }, 'mailboxCapacity must be a number from 1, not 0'],
  ])('%j are out of range', async (options, complaint) => {
    const { system, spawn, finish } = createDurableBed();
    expect(() => spawn(() => () => {}, options)).toThrow(new RangeError(complaint));
    expect(system.snapshot()).toEqual([]);
    await finish();
  });
});
