import type { LetterCase } from '@abaco/contract';
import type { ExecutionStatistics } from '@abaco/runtime';
import { toInteger } from '../http/field-conversions.js';
import { RequestFields } from '../http/request-fields.js';
import type { Sent } from '../http/sent.js';
import { InvalidExecution } from './errors.js';

const NAMES = ['runtime', 'cpu', 'io'] as const;

/**
 * The fields of an execution that is to be recorded (contract 2.5.2): all of them, integers.
 * @throws InvalidExecution, NulCharacter
 */
export function readStatistics(sent: Sent, letterCase: LetterCase): ExecutionStatistics {
  const fields = RequestFields.read(sent, ({ message }) => InvalidExecution.because(`the body is no JSON. ${message}`));
  for (const name of NAMES) if (fields.first(name) === undefined) throw InvalidExecution.field(name, letterCase);
  const count = (name: (typeof NAMES)[number]): number => {
    const number = toInteger(fields.first(name) ?? null);
    if (number === undefined) throw new InvalidExecution(`Argument ${name} must be an integer.`);
    if (number < 0) throw new InvalidExecution(`Argument ${name} must not be negative.`);
    return number;
  };
  return { runtime: count('runtime'), cpu: count('cpu'), io: count('io') };
}
