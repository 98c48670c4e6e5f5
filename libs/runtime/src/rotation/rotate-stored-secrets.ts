import { mongoUri } from '@abaco/config';
import { Store } from '@abaco/store';
import type { AbacoOptions } from '../abaco-options.js';
import { openSecrets, ServiceNotConfigured } from '../connect-services.js';
import { NOTHING_ROTATED, rotate, type RotationProgress } from './rotate.js';
import { sealedClients, sealedConfigs, sealedNonces } from './sealed-values.js';

/**
 * Encrypts everything secret in the store of these options with the first key.
 * @throws ServiceNotConfigured, StoreUnavailable, InvalidEncryptionKey, NoEncryptionKey
 */
export async function rotateStoredSecrets(
  options: Pick<AbacoOptions, 'config' | 'storeUri' | 'secretKeyFile'>,
  onPage?: (progress: RotationProgress) => void,
): Promise<RotationProgress> {
  const storeUri = options.storeUri ?? mongoUri(options.config.store);
  if (!storeUri) throw new ServiceNotConfigured('store', 'store.mongo_host');
  const secrets = openSecrets(options);
  const store = await Store.connect(storeUri);
  try {
    let progress = NOTHING_ROTATED;
    for (const pages of [sealedConfigs(store), sealedNonces(store), sealedClients(store)]) {
      progress = await rotate(secrets, pages, progress, onPage);
    }
    return progress;
  } finally {
    await store.close();
  }
}
