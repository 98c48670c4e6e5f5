export { EmbeddedBroker, type EmbeddedBrokerOptions } from './broker/embedded-broker.js';
export { DirectoryInUse, SocketUnusable } from './broker/errors.js';
export type { Durability } from './storage/durability.js';
export { EmbeddedMongo, type EmbeddedMongoOptions } from './mongo/embedded-mongo.js';
