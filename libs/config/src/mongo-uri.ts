import type { AbacoConfig } from './abaco-config.js';

/** The URL of the MongoDB server that the configuration names; null when it names none: then the embedded store is meant. */
export function mongoUri(store: AbacoConfig['store']): string | null {
  if (store.mongo_uri !== '') return store.mongo_uri;
  if (store.mongo_host === '') return null;
  const user = encodeURIComponent(store.mongo_user);
  const credentials = user === '' ? '' : `${user}:${encodeURIComponent(store.mongo_password)}@`;
  const host = store.mongo_host.includes(':') ? `[${store.mongo_host}]` : store.mongo_host;
  const options = user === '' ? '' : '?authSource=admin';
  return `mongodb://${credentials}${host}:${store.mongo_port}/${store.mongo_database}${options}`;
}
