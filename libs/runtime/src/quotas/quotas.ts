import { type Caller, isLimited } from '@abaco/access';
import { type AbacoConfig, tenantConfig } from '@abaco/config';
import type { TenantId } from '@abaco/contract';
import type { ActorRecord, Store } from '@abaco/store';
import { QuotaExceeded } from './errors.js';
import { LogRoom } from './log-room.js';
import { WaitingCounts } from './waiting-counts.js';

/** What tenants, and users with the role `limited`, may have at a time. */
export class Quotas {
  private readonly waiting: WaitingCounts;
  private readonly logs: LogRoom;
  /** The registration before which the next one of a tenant waits. */
  private readonly registrations = new Map<TenantId, Promise<unknown>>();
  /** Messages of limited users on their way into the store. */
  private readonly sending = new Map<string, number>();

  constructor(
    private readonly config: AbacoConfig,
    private readonly store: Store,
  ) {
    this.waiting = new WaitingCounts((tenant, atMost) => store.executions.figures.countWaiting(tenant, atMost));
    this.logs = new LogRoom((tenant) => store.logs.bytesOf(tenant));
  }

  /** Bytes that the log of an execution that begins now may have; Infinity without a quota. @throws StoreUnavailable */
  async logRoom(tenant: TenantId): Promise<number> {
    const { log_bytes: quota } = tenantConfig(this.config, tenant);
    return quota < 0 ? Infinity : this.logs.left(tenant, quota);
  }

  /**
   * Stores a new actor. Servers that register at once may both be refused the last place, but never both get it: each looks
   * again after it has stored its actor.
   * @throws QuotaExceeded
   */
  async register(actor: ActorRecord): Promise<void> {
    const { tenant } = actor;
    const { actors: quota } = tenantConfig(this.config, tenant);
    if (quota < 0) return this.store.actors.insert(actor);
    const before = this.registrations.get(tenant) ?? Promise.resolve();
    const registered = before.then(() => this.registerWithin(actor, quota));
    const settled = registered.catch(() => undefined); // whoever registers this actor hears of it; the next one only waits
    this.registrations.set(tenant, settled);
    try {
      await registered;
    } finally {
      if (this.registrations.get(tenant) === settled) this.registrations.delete(tenant);
    }
  }

  /**
   * Takes a message in within the quotas of its tenant and sender.
   * @param accept stores the message
   * @throws QuotaExceeded
   */
  async send<R>(caller: Caller, tenant: TenantId, accept: () => Promise<R>): Promise<R> {
    const max = this.config.web.limited_max_executions;
    if (max < 0 || !isLimited(caller, this.config.web.user_role)) return this.sendWithin(tenant, accept);
    const user = JSON.stringify([tenant, caller.user]);
    const sending = this.sending.get(user) ?? 0;
    this.sending.set(user, sending + 1);
    try {
      const open = await this.store.executions.figures.countOpen(tenant, caller.user, max);
      // Those being sent may be counted twice for a moment, never not at all.
      if (open + sending >= max) throw QuotaExceeded.limitedUser(max);
      return await this.sendWithin(tenant, accept);
    } finally {
      const left = (this.sending.get(user) ?? 0) - 1;
      if (left > 0) this.sending.set(user, left);
      else this.sending.delete(user);
    }
  }

  private async sendWithin<R>(tenant: TenantId, accept: () => Promise<R>): Promise<R> {
    const { waiting_messages: quota } = tenantConfig(this.config, tenant);
    if (quota >= 0 && !(await this.waiting.take(tenant, quota))) throw QuotaExceeded.waitingMessages(quota);
    return accept();
  }

  private async registerWithin(actor: ActorRecord, quota: number): Promise<void> {
    const { actors } = this.store;
    if ((await actors.count(actor.tenant, quota)) >= quota) throw QuotaExceeded.actors(quota);
    await actors.insert(actor);
    if ((await actors.count(actor.tenant, quota + 1)) <= quota) return;
    await actors.delete(actor._id);
    throw QuotaExceeded.actors(quota);
  }
}
