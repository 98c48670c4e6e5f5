import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

/** A pair of RSA keys with the public one in the forms that options take. */
export interface TestKey {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** Base64 of the DER form, as `web.apim_public_key` has it. */
  readonly der: string;
  readonly pem: string;
}

export function testKey(modulusLength = 2048): TestKey {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength });
  return {
    privateKey,
    publicKey,
    der: publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
    pem: publicKey.export({ format: 'pem', type: 'spki' }) as string,
  };
}

/** Seconds since 1970, an hour from now. */
export const soon = (): number => Math.floor(Date.now() / 1000) + 3600;

export const encode = (value: unknown, encoding: 'base64' | 'base64url' = 'base64url'): string =>
  Buffer.from(JSON.stringify(value)).toString(encoding);

/** A token signed by RS256, whatever its header says. */
export function signedToken(
  claims: object,
  key: TestKey,
  header: object = { alg: 'RS256', typ: 'JWT' },
  encoding: 'base64' | 'base64url' = 'base64url',
): string {
  const signed = `${encode(header, encoding)}.${encode(claims, encoding)}`;
  return `${signed}.${sign('RSA-SHA256', Buffer.from(signed), key.privateKey).toString(encoding)}`;
}

/** Claims as the original's gateway writes them; `exp` in milliseconds. */
export const gatewayClaims = (changes: object = {}): object => ({
  iss: 'wso2.org/products/am',
  exp: soon() * 1000,
  'http://wso2.org/claims/enduser': 'testuser@carbon.super',
  'http://wso2.org/claims/role': 'Internal/everyone,Internal/abaco-user',
  ...changes,
});
