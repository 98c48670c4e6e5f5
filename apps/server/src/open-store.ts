import { resolve } from 'node:path';
import { type AbacoConfig, mongoUri } from '@abaco/config';
import { EmbeddedMongo } from '@abaco/embedded';
import type { AbacoOptions } from '@abaco/runtime';
import { DataDirectory } from './data-directory.js';
import { secretKeyFile, storeDirectory } from './embedded-services.js';

/** A store that a command works on. */
export interface OpenStore {
  readonly options: Pick<AbacoOptions, 'storeUri' | 'secretKeyFile'>;
  close(): Promise<void>;
}

/** A store inside a server that runs is reached by its socket; one that nobody has open is opened here. */
export async function openStore({ store, general }: AbacoConfig): Promise<OpenStore> {
  if (mongoUri(store) !== null) return { options: {}, close: () => Promise.resolve() };
  const path = resolve(general.data_dir);
  const keyFile = { secretKeyFile: secretKeyFile(path) };
  const directory = DataDirectory.openIfFree(path);
  if (directory === undefined) {
    const storeUri = EmbeddedMongo.uriOf(storeDirectory(path), store.mongo_database);
    return { options: { ...keyFile, storeUri }, close: () => Promise.resolve() };
  }
  try {
    const mongo = await EmbeddedMongo.start({ directory: storeDirectory(path) });
    return {
      options: { ...keyFile, storeUri: mongo.uri(store.mongo_database) },
      close: () => mongo.close().finally(() => directory.close()),
    };
  } catch (error) {
    directory.close();
    throw error;
  }
}
