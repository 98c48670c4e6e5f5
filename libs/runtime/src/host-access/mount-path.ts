import { type MountToken, mountTokens } from '@abaco/config';

/** What tokens stand for; null: there is none. */
export type TokenValues = Readonly<Record<MountToken, string | null>>;

/**
 * A path with its tokens filled in. A value can never lead out of the directory that the token stands in: those of `username` and
 * `tenant_id` are one part of the path, `tasdir` may have several.
 * @returns undefined when a token has no value, or one that could lead elsewhere
 */
export function mountPath(template: string, values: TokenValues): string | undefined {
  let path = template;
  for (const token of mountTokens) {
    if (!template.includes(`{${token}}`)) continue;
    const value = values[token];
    if (value === null || !isFit(token, value)) return undefined;
    path = path.replaceAll(`{${token}}`, () => value);
  }
  const parts = path.split('/').filter((part) => part !== '');
  if (!path.startsWith('/') || parts.some((part) => part === '.' || part === '..')) return undefined;
  return `/${parts.join('/')}`;
}

/** The engine separates by colons; braces could be taken for another token. */
function isFit(token: MountToken, value: string): boolean {
  if (/[\x00-\x1f\x7f:{}]/.test(value)) return false;
  const parts = value.split('/');
  return token === 'tasdir' ? parts.some((part) => part !== '') : parts.length === 1 && value !== '';
}
