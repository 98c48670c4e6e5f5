import type { LetterCase } from '@abaco/contract';
import { toInteger } from '../http/field-conversions.js';
import { RequestFields } from '../http/request-fields.js';
import type { Sent } from '../http/sent.js';
import { InvalidWorkersRequest } from './errors.js';

/** Most workers that can be asked for at once. */
const MAX_WORKERS = 1_000;

/**
 * The field `num` of a request for workers (contract 2.8): 1 when it is missing or 0.
 * @throws InvalidWorkersRequest, NulCharacter
 */
export function readWorkerCount(sent: Sent, letterCase: LetterCase): number {
  const fields = RequestFields.read(sent, ({ message }) =>
    InvalidWorkersRequest.because(`the body is no JSON. ${message}`),
  );
  const value = fields.first('num');
  if (value === undefined || value === null) return 1;
  const count = toInteger(value);
  if (count === undefined || count < 0) throw InvalidWorkersRequest.field('num', letterCase);
  if (count > MAX_WORKERS) throw InvalidWorkersRequest.because(`num must be at most ${MAX_WORKERS}.`);
  return count || 1;
}
