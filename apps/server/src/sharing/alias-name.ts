import { isHashId } from '@abaco/contract';
import { InvalidAlias } from './errors.js';

/** Longest alias, characters. */
const MAX_LENGTH = 255;

/** Words that stand for something else below `/actors` or below an actor, and the version of a path prefix. */
const RESERVED = [
  'executions',
  'nonces',
  'logs',
  'messages',
  'adapters',
  'admin',
  'aliases',
  'configs',
  'search',
  'utilization',
  'workers',
  'permissions',
  'state',
  'v2',
  '.',
  '..',
];

const FORBIDDEN = [
  '\\', ' ', '"', ':', '/', '?', '#', '[', ']', '@', '!', '$', '&', "'", '(', ')', '*', '+', ',', ';', '=',
]; // prettier-ignore

/**
 * Checks a name that is to stand for an actor (contract 2.9).
 * @throws InvalidAlias
 */
export function checkAliasName(alias: string): void {
  if (isHashId(alias)) throw InvalidAlias.because('Alias cannot be an Abaco hash id.');
  if (RESERVED.includes(alias)) throw InvalidAlias.reserved(alias, RESERVED);
  const character = FORBIDDEN.find((forbidden) => alias.includes(forbidden));
  if (character !== undefined) throw InvalidAlias.forbidden(character, FORBIDDEN);
  if (/[\p{Cc}\p{Cs}]/u.test(alias)) throw InvalidAlias.because('An alias must not contain control characters.');
  if ([...alias].length > MAX_LENGTH) throw InvalidAlias.because(`An alias has at most ${MAX_LENGTH} characters.`);
}
