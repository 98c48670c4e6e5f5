import { ANONYMOUS } from '../open-access.js';
import { InvalidJwt } from './errors.js';
import type { Claims } from './token.js';

/** Larger numbers are milliseconds, which WSO2 writes, not seconds (contract 3.2). */
const LARGEST_SECONDS = 1e12;
const MAX_USER = 255;
/** Not names of people: everybody in permissions (contract 3.5), and everybody with access control `none`. */
const reserved: readonly string[] = ['ABACO_WORLD', ANONYMOUS];

/**
 * Checks `exp` and `nbf`.
 * @param tolerance seconds that clocks may differ; -1: the times do not matter
 * @param now milliseconds since 1970
 * @throws InvalidJwt
 */
export function checkTimes(claims: Claims, tolerance: number, now: number): void {
  if (tolerance === -1) return;
  const expires = secondsOf(claims.get('exp'));
  if (expires === undefined) throw new InvalidJwt('It does not say when it expires.');
  if (now / 1000 >= expires + tolerance) throw new InvalidJwt('It has expired.');
  if (!claims.has('nbf')) return;
  const begins = secondsOf(claims.get('nbf'));
  if (begins === undefined || now / 1000 < begins - tolerance) throw new InvalidJwt('It is not valid yet.');
}

function secondsOf(value: unknown): number | undefined {
  if (typeof value !== 'number' || !Number.isFinite(value)) return undefined;
  return value > LARGEST_SECONDS ? value / 1000 : value;
}

/** The text of a claim. @throws InvalidJwt when there is none */
export function textOf(claims: Claims, name: string): string {
  const value = claims.get(name);
  if (typeof value === 'string' && value !== '') return value;
  throw new InvalidJwt(`It has no claim ${JSON.stringify(name)} with a text.`);
}

/** Checks the name of a user, which goes into the store and the environment of containers. @throws InvalidJwt */
export function checkUser(user: string): string {
  if (user === '' || user.length > MAX_USER || /\p{C}/u.test(user) || user !== user.trim()) {
    throw new InvalidJwt(`Its user must be 1 to ${MAX_USER} printable characters, not blank at either end.`);
  }
  if (reserved.includes(user)) throw new InvalidJwt(`Its user must not be ${user}, which stands for everybody.`);
  return user;
}

/** The roles in a claim: a list, or one text with commas. Other values and a missing claim are no roles. */
export function rolesOf(claims: Claims, name: string | undefined): readonly string[] {
  const value = name === undefined ? undefined : claims.get(name);
  const items: readonly unknown[] = typeof value === 'string' ? value.split(',') : Array.isArray(value) ? value : [];
  return items
    .filter((item) => typeof item === 'string')
    .map((role) => role.trim())
    .filter((role) => role !== '');
}

/** A token's `jti` (RFC 7519 §4.1.7), where it is one that a log can hold. */
export const idOf = (jti: unknown): { readonly id?: string } =>
  typeof jti === 'string' && /^[\w.:-]{1,128}$/.test(jti) ? { id: jti } : {};
