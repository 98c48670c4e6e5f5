import type { TenantId } from '@abaco/contract';

/** So many things at a time for each tenant, in this process. */
export class TenantSlots {
  private readonly taken = new Map<TenantId, number>();

  /** @param perTenant -1: as many as come */
  constructor(
    readonly perTenant: number,
    private readonly refusal: (perTenant: number) => Error,
  ) {}

  /** @returns gives the slot back; it may be called again. @throws what `refusal` makes when the tenant has all its slots */
  take(tenant: TenantId): () => void {
    const taken = this.taken.get(tenant) ?? 0;
    if (this.perTenant >= 0 && taken >= this.perTenant) throw this.refusal(this.perTenant);
    this.taken.set(tenant, taken + 1);
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      const left = (this.taken.get(tenant) ?? 0) - 1;
      if (left > 0) this.taken.set(tenant, left);
      else this.taken.delete(tenant);
    };
  }
}
