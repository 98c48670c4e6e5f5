import { resolve } from 'node:path';
import { type AbacoConfig, mongoUri } from '@abaco/config';
import { EmbeddedMongo } from '@abaco/embedded';
import { type AbacoOptions, rotateStoredSecrets, type RotationProgress } from '@abaco/runtime';
import { DataDirectory } from './data-directory.js';
import { secretKeyFile, storeDirectory } from './embedded-services.js';

/** Where to write lines: the process, or what a test reads. */
export interface Console {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
}

/**
 * The command `rotate-secrets`: encrypts all secrets in the store with the first key, beside servers that run or without any.
 * @returns the exit code: 1 when secrets are left that no key decrypts
 * @throws AbacoError when store or keys cannot be used
 */
export async function rotateSecrets(config: AbacoConfig, { stdout, stderr }: Console): Promise<0 | 1> {
  const print = ({ seen, rotated }: RotationProgress, before = ''): void => {
    stdout.write(`${before}${seen} secrets looked at, ${rotated} encrypted anew with the first key\n`);
  };
  const store = await openStore(config);
  try {
    const end = await rotateStoredSecrets({ config, ...store.options }, (progress) => print(progress));
    for (const { place, reason } of end.failed) stderr.write(`Not decrypted: ${place}: ${reason}\n`);
    print(end, 'Done: ');
    return end.failed.length === 0 ? 0 : 1;
  } finally {
    await store.close();
  }
}

interface OpenStore {
  readonly options: Pick<AbacoOptions, 'storeUri' | 'secretKeyFile'>;
  close(): Promise<void>;
}

/** A store inside a server that runs is reached by its socket; one that nobody has open is opened here. */
async function openStore({ store, general }: AbacoConfig): Promise<OpenStore> {
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
