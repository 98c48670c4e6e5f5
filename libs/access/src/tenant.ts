import type { TenantId } from '@abaco/contract';
import { InvalidTenant } from './errors.js';

/** `_` separates the tenant from the rest of an internal id; the other characters are safe in queue names and labels. */
const pattern = /^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,62}[A-Za-z0-9])?$/;

/**
 * Checks the name of a tenant: 1 to 64 letters, digits, dots and hyphens, first and last a letter or digit. It is taken as it
 * is written, upper and lower case differ.
 * @param source where the name comes from, for the error message
 * @throws InvalidTenant
 */
export function parseTenant(name: string, source: string): TenantId {
  if (!pattern.test(name)) throw new InvalidTenant(name, source);
  return name as TenantId;
}

/**
 * The pairs of an option that lists `TENANT=value`; of a tenant that is named twice the later counts.
 * @throws InvalidTenant
 */
export function tenantEntries(entries: readonly string[], option: string): (readonly [TenantId, string])[] {
  return entries.map((entry) => {
    const end = entry.indexOf('=');
    return [parseTenant(entry.slice(0, end), `option ${option}`), entry.slice(end + 1)];
  });
}
