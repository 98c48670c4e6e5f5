export { EmbeddedBroker, type EmbeddedBrokerOptions } from './broker/embedded-broker.js';
export { DirectoryLock } from './storage/directory-lock.js';
export { DirectoryInUse, SocketUnusable } from './storage/errors.js';
export type { Durability } from './storage/durability.js';
export { EmbeddedMongo, type EmbeddedMongoOptions } from './mongo/embedded-mongo.js';
// tests watch its getter to see which documents a query examines
export { StoredDocument } from './mongo/storage/collection.js';
