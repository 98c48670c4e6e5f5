import { type LetterCase, type PermissionLevel, permissionLevels, wireName } from '@abaco/contract';
import type { NonceDescription } from '@abaco/runtime';
import { toInteger, toText } from '../http/field-conversions.js';
import { RequestFields } from '../http/request-fields.js';
import type { Sent } from '../http/sent.js';
import { InvalidNonce } from './errors.js';

/** Levels that a nonce of an alias can have (contract 2.9.1). */
export const aliasNonceLevels: readonly PermissionLevel[] = ['NONE', 'READ', 'EXECUTE'];
/** Levels that a nonce of an actor can have. */
export const actorNonceLevels: readonly PermissionLevel[] = permissionLevels;

/**
 * Reads what a nonce is to be; every field may be missing, and so may the body (contract 2.6).
 * @throws InvalidNonce, NulCharacter
 */
export function readNonce(sent: Sent, levels: readonly PermissionLevel[], letterCase: LetterCase): NonceDescription {
  const fields = RequestFields.read(sent, ({ message }) => InvalidNonce.because(`the body is no JSON. ${message}`));
  const given = fields.first('level') ?? null;
  const level = given === null ? 'EXECUTE' : toText(given);
  if (!isOneOf(levels, level)) throw InvalidNonce.level(levels);
  const description = fields.first('description') ?? null;
  return { level, max_uses: maxUses(fields, letterCase), description: description === null ? '' : toText(description) };
}

function maxUses(fields: RequestFields, letterCase: LetterCase): number {
  const given = fields.first(wireName('max_uses', letterCase)) ?? null;
  if (given === null) return -1;
  const uses = toInteger(given);
  if (uses === undefined) throw InvalidNonce.maxUses(letterCase);
  if (uses === 0 || uses < -1) throw InvalidNonce.maxUsesOutOfRange();
  return uses;
}

const isOneOf = <T extends string>(values: readonly T[], text: string): text is T =>
  (values as readonly string[]).includes(text);
