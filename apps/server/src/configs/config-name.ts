import { InvalidConfig } from './errors.js';

/** Longest name of a config, characters. */
const MAX_LENGTH = 255;

/** Words that stand for something else in paths, or cannot stand there at all. */
const RESERVED = ['executions', 'nonces', 'logs', 'messages', 'adapters', 'admin', 'utilization', '.', '..'];

const FORBIDDEN = ":/?#[]@!$&'()*+,;= ";

/**
 * Checks the name of a config (contract 2.10).
 * @throws InvalidConfig
 */
export function checkConfigName(name: string): void {
  if (RESERVED.includes(name)) throw InvalidConfig.reserved(name, RESERVED);
  const character = Array.from(FORBIDDEN).find((forbidden) => name.includes(forbidden));
  if (character !== undefined) throw InvalidConfig.forbidden(character, FORBIDDEN);
  if (/[\p{Cc}\p{Cs}]/u.test(name)) throw InvalidConfig.because('A name must not contain control characters.');
  if (name.length > MAX_LENGTH) throw InvalidConfig.because(`A name has at most ${MAX_LENGTH} characters.`);
}
