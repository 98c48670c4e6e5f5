export { EmbeddedBroker, type EmbeddedBrokerOptions } from './broker/embedded-broker.js';
export { DirectoryInUse, SocketUnusable } from './broker/errors.js';
export type { Durability } from './broker/queue-store.js';
export { EmbeddedMongo, type EmbeddedMongoOptions } from './mongo/embedded-mongo.js';
