export { InvalidEncryptionKey, NoEncryptionKey, Undecryptable } from './errors.js';
export { Secrets, type SecretsOptions } from './secrets.js';
