export { InvalidEncryptionKey, NoEncryptionKey, Undecryptable } from './errors.js';
export { Secrets, type SecretsOptions } from './secrets.js';
export { InvalidSigningKey, openSigningKey, type SigningKeyOptions } from './signing-key.js';
