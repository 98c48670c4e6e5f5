import type { HostId, TenantId } from '@abaco/contract';

/** An image that a host has fetched, or is fetching. Images that came there otherwise have no record: they are everybody's. */
export interface ImageRecord {
  /** `<host>/<image id>`; of a pull that goes on, `<host>/<its own id>`. */
  readonly _id: string;
  readonly host_id: HostId;
  /** `sha256:…`; null while it is being fetched. */
  readonly image_id: string | null;
  /** Of a pull that goes on: what its name stood for before; null or missing: nothing. */
  readonly previous_id?: string | null;
  /** Under which it was fetched; none: it got others from elsewhere, and is not ours to remove. */
  readonly names: readonly string[];
  /** Whether it was fetched with credentials only, so that only `tenants` may use it. */
  readonly private: boolean;
  /** That have fetched it with credentials of theirs. */
  readonly tenants: readonly TenantId[];
  /** As the engine counts them. */
  readonly bytes: number;
  /** By a worker, database time. */
  readonly last_used: Date;
}

/** What a pull has brought. */
export interface FetchedImage {
  readonly id: string;
  readonly name: string;
  readonly bytes: number;
  /** Whose credentials it was fetched with; null: it needs none. */
  readonly tenant: TenantId | null;
}
