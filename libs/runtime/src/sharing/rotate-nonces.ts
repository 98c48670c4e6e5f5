import { type Secrets, Undecryptable } from '@abaco/secrets';
import type { Store, StoredNonce } from '@abaco/store';
import type { RotationProgress } from '../configs/rotate-secrets.js';
import { placeOfNonce } from './nonce-vault.js';

const PAGE = 100;

/**
 * Encrypts every nonce with the first key, as `rotateSecrets` does with configs.
 * @param progress so far
 * @param onPage called after each hundred
 */
export async function rotateNonces(
  store: Pick<Store, 'nonces'>,
  secrets: Secrets,
  progress: RotationProgress,
  onPage: (progress: RotationProgress) => void = () => undefined,
): Promise<RotationProgress> {
  for (let after = ''; ;) {
    const page = await store.nonces.listSealed(after, PAGE);
    for (const nonce of page) progress = await rotateOne(store, secrets, nonce, progress);
    if (page.length > 0) onPage(progress);
    if (page.length < PAGE) return progress;
    after = page.at(-1)?._id ?? '';
  }
}

async function rotateOne(
  { nonces }: Pick<Store, 'nonces'>,
  secrets: Secrets,
  { _id, sealed = '' }: StoredNonce,
  { seen, rotated, failed }: RotationProgress,
): Promise<RotationProgress> {
  if (secrets.isCurrent(sealed)) return { seen: seen + 1, rotated, failed };
  const place = placeOfNonce(_id);
  try {
    const replaced = await nonces.reseal(_id, sealed, secrets.seal(secrets.open(sealed, place), place));
    return { seen: seen + 1, rotated: rotated + (replaced ? 1 : 0), failed };
  } catch (error) {
    if (!(error instanceof Undecryptable)) throw error;
    return { seen: seen + 1, rotated, failed: [...failed, { place, reason: error.message }] };
  }
}
