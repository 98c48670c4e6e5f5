import { InvalidJwtOption } from './errors.js';

/** Names of the claims with the user, the tenant and the roles. */
export interface ClaimNames {
  readonly user: string;
  readonly tenant?: string;
  readonly roles?: string;
}

/** Reads `user=sub`, `tenant=...`, `roles=...`. @throws InvalidJwtOption when `user` is missing or a name is given twice */
export function claimNamesOf(entries: readonly string[], option: string): ClaimNames {
  const names = new Map<string, string>();
  for (const entry of entries) {
    const [role = '', ...claim] = entry.split('=');
    if (names.has(role)) throw new InvalidJwtOption(option, `names ${role} twice.`);
    names.set(role, claim.join('='));
  }
  const [user, tenant, roles] = ['user', 'tenant', 'roles'].map((role) => names.get(role));
  if (user === undefined)
    throw new InvalidJwtOption(option, 'does not name the claim with the user, for example user=sub.');
  return { user, ...(tenant === undefined ? {} : { tenant }), ...(roles === undefined ? {} : { roles }) };
}
