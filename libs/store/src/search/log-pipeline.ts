import { notExpired } from '../log-repository.js';

/**
 * Puts the chunks of logs together: one document for each execution, with the whole text of its last attempt.
 * @param filter which chunks
 */
export const assembledLogs = (filter: object): object[] => [
  { $match: { $and: [filter, notExpired] } },
  { $sort: { execution: 1, attempt: 1, seq: 1 } },
  {
    $group: {
      _id: { execution: '$execution', attempt: '$attempt' },
      actor_id: { $first: '$actor' },
      parts: { $push: '$text' },
    },
  },
  { $sort: { '_id.attempt': -1 } },
  { $group: { _id: '$_id.execution', actor_id: { $first: '$actor_id' }, parts: { $first: '$parts' } } },
  { $set: { logs: { $reduce: { input: '$parts', initialValue: '', in: { $concat: ['$$value', '$$this'] } } } } },
  { $unset: 'parts' },
];
