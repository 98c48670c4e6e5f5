import { mongoUri } from '@abaco/config';
import { type Secrets, Undecryptable } from '@abaco/secrets';
import { type ConfigDbid, type ConfigRecord, Store } from '@abaco/store';
import type { AbacoOptions } from '../abaco-options.js';
import { openSecrets, ServiceNotConfigured } from '../connect-services.js';
import { rotateNonces } from '../sharing/rotate-nonces.js';
import { placeOf } from './secret-value.js';

/** How far a rotation is, or has come. */
export interface RotationProgress {
  /** Secrets that were looked at. */
  readonly seen: number;
  /** Those that are encrypted with the first key now and were not before. */
  readonly rotated: number;
  /** Those that nobody can read any more: where they are, such as `config DEV_pass`, and why. They stay as they are. */
  readonly failed: readonly { readonly place: string; readonly reason: string }[];
}

const PAGE = 100;

/**
 * Runs {@link rotateSecrets} on the store of these options.
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
    return await rotateNonces(store, secrets, await rotateSecrets(store, secrets, onPage), onPage);
  } finally {
    await store.close();
  }
}

/**
 * Encrypts every secret config of every tenant with the first key. A secret that somebody changes meanwhile keeps what they wrote, so
 * that servers may run beside it; whoever breaks it off runs it again and it goes on with what is left.
 * @param onPage called after each hundred
 */
export async function rotateSecrets(
  store: Pick<Store, 'configs'>,
  secrets: Secrets,
  onPage: (progress: RotationProgress) => void = () => undefined,
): Promise<RotationProgress> {
  let progress: RotationProgress = { seen: 0, rotated: 0, failed: [] };
  let last: ConfigDbid | null = null;
  for (;;) {
    const page: ConfigRecord[] = await store.configs.secretsAfter(last, PAGE);
    for (const config of page) progress = await rotateOne(store, secrets, config, progress);
    if (page.length > 0) onPage(progress);
    if (page.length < PAGE) return progress;
    last = page.at(-1)?._id ?? null;
  }
}

async function rotateOne(
  { configs }: Pick<Store, 'configs'>,
  secrets: Secrets,
  { _id, value }: ConfigRecord,
  { seen, rotated, failed }: RotationProgress,
): Promise<RotationProgress> {
  if (secrets.isCurrent(value)) return { seen: seen + 1, rotated, failed };
  try {
    const sealed = secrets.seal(secrets.open(value, placeOf(_id)), placeOf(_id));
    const replaced = await configs.reseal(_id, value, sealed);
    return { seen: seen + 1, rotated: rotated + (replaced ? 1 : 0), failed };
  } catch (error) {
    if (!(error instanceof Undecryptable)) throw error;
    return { seen: seen + 1, rotated, failed: [...failed, { place: placeOf(_id), reason: error.message }] };
  }
}
