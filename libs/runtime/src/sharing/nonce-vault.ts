import { createHash } from 'node:crypto';
import type { NonceId } from '@abaco/contract';
import { NoEncryptionKey, Undecryptable, type Secrets } from '@abaco/secrets';
import type { NonceRecord, Store, StoredNonce } from '@abaco/store';
import type { Logger } from '../logger.js';

/** What a nonce is found by. It has 126 random bits: nobody finds it from its digest, so that this needs no key. */
export const nonceDigest = (nonce: string): string => createHash('sha256').update(nonce).digest('hex');

/** Where a nonce is stored, for its encryption. */
export const placeOfNonce = (digest: string): string => `nonce ${digest}`;

const PAGE = 100;

/** How nonces lie in the store: whoever reads it cannot use them. */
export class NonceVault {
  constructor(
    private readonly services: {
      readonly store: Pick<Store, 'nonces'>;
      readonly secrets: Secrets;
      readonly logger: Logger;
    },
  ) {}

  /** Encrypted; in plain as long as there is no encryption key (`web.encryption_keys`). */
  toStored(record: NonceRecord): StoredNonce {
    const digest = nonceDigest(record._id);
    try {
      return { ...record, _id: digest, sealed: this.services.secrets.seal(record._id, placeOfNonce(digest)) };
    } catch (error) {
      if (error instanceof NoEncryptionKey) return record;
      throw error;
    }
  }

  /** @returns with its digest in the place of the nonce when nobody can decrypt it any more: it goes on working */
  toRecord({ sealed, ...rest }: StoredNonce): NonceRecord {
    return { ...rest, _id: sealed === undefined ? (rest._id as NonceId) : this.nonceOf(rest._id, sealed) };
  }

  /** By the nonce itself. The digest, which whoever reads the store knows, does not do. */
  async find(nonce: string): Promise<StoredNonce | null> {
    const { nonces } = this.services.store;
    const found = await nonces.find(nonceDigest(nonce));
    if (found) return found;
    const plain = await nonces.find(nonce);
    return plain?.sealed === undefined ? plain : null;
  }

  /** Encrypts those that older versions have stored in plain. May be broken off and repeated. */
  async protect(): Promise<void> {
    const { nonces } = this.services.store;
    let done = 0;
    for (let after = ''; ;) {
      const page = await nonces.listPlain(after, PAGE);
      for (const plain of page) {
        const stored = this.toStored(this.toRecord(plain));
        if (stored.sealed === undefined) return; // there is no key
        await nonces.replace(plain._id, stored);
        done++;
      }
      if (page.length < PAGE) break;
      after = page.at(-1)?._id ?? '';
    }
    if (done > 0) this.services.logger.info({ nonces: done }, 'Encrypted nonces that were stored in plain');
  }

  private nonceOf(digest: string, sealed: string): NonceId {
    try {
      return this.services.secrets.open(sealed, placeOfNonce(digest)) as NonceId;
    } catch (error) {
      if (!(error instanceof Undecryptable)) throw error;
      this.services.logger.warn({ digest, reason: error.message }, 'A nonce cannot be decrypted any more');
      return digest as NonceId;
    }
  }
}
