import type { Store } from '@abaco/store';
import { placeOfClient } from '../clients/worker-clients.js';
import { placeOf } from '../configs/secret-value.js';
import { placeOfNonce } from '../sharing/nonce-vault.js';
import type { SealedValue } from './rotate.js';

const PAGE = 100;

/** Secret configs of all tenants. */
export async function* sealedConfigs({ configs }: Pick<Store, 'configs'>): AsyncGenerator<SealedValue[]> {
  for await (const page of pagesOf((after: string | null) => configs.secretsAfter(after as never, PAGE))) {
    yield page.map(({ _id, value }) => ({
      place: placeOf(_id),
      sealed: value,
      reseal: (to) => configs.reseal(_id, value, to),
    }));
  }
}

/** Nonces that are encrypted. */
export async function* sealedNonces({ nonces }: Pick<Store, 'nonces'>): AsyncGenerator<SealedValue[]> {
  for await (const page of pagesOf((after: string | null) => nonces.listSealed(after ?? '', PAGE))) {
    yield page.map(({ _id, sealed = '' }) => ({
      place: placeOfNonce(_id),
      sealed,
      reseal: (to) => nonces.reseal(_id, sealed, to),
    }));
  }
}

/** What OAuth clients of workers prove themselves with. */
export async function* sealedClients({ clients }: Pick<Store, 'clients'>): AsyncGenerator<SealedValue[]> {
  for await (const page of pagesOf((after: string | null) => clients.listAfter(after, PAGE))) {
    yield page.flatMap((client) =>
      (['client_secret', 'refresh_token'] as const).map((field) => ({
        place: placeOfClient(client, field),
        sealed: client[field],
        reseal: (to: string) => clients.reseal(client, field, to),
      })),
    );
  }
}

async function* pagesOf<T extends { readonly _id: string }>(
  read: (after: string | null) => Promise<T[]>,
): AsyncGenerator<T[]> {
  for (let after: string | null = null; ;) {
    const page: T[] = await read(after);
    yield page;
    const last = page.at(-1);
    if (!last || page.length < PAGE) return;
    after = last._id;
  }
}
