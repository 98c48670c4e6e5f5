import { type LetterCase, type PermissionEntry, permissionLevels } from '@abaco/contract';
import { InvalidPermissionLevel } from '@abaco/runtime';
import { toText } from '../http/field-conversions.js';
import { RequestFields } from '../http/request-fields.js';
import type { Sent } from '../http/sent.js';
import { InvalidPermission } from './errors.js';

/** Longest name of a user, characters. */
const MAX_USER_LENGTH = 255;

/**
 * Reads who is to be granted what (contract 2.7).
 * @throws InvalidPermission, InvalidPermissionLevel, NulCharacter
 */
export function readPermission(sent: Sent, letterCase: LetterCase): PermissionEntry {
  const fields = RequestFields.read(sent, ({ message }) =>
    InvalidPermission.because(`the body is no JSON. ${message}`),
  );
  const text = (field: 'user' | 'level'): string => {
    const value = fields.first(field) ?? null;
    if (value === null || value === '') throw InvalidPermission.field(field, letterCase);
    return toText(value);
  };
  const user = text('user');
  if (user.length > MAX_USER_LENGTH) {
    throw InvalidPermission.because(`the name of a user has at most ${MAX_USER_LENGTH} characters.`);
  }
  const given = text('level');
  const level = permissionLevels.find((known) => known === given);
  if (level === undefined) throw new InvalidPermissionLevel(given);
  return { user, level };
}
