import type { Model } from 'mongoose';
import type { ActorDbid, TenantId } from '@abaco/contract';
import type { Database } from './database.js';
import type {
  ActorExecutions,
  ExecutionRecord,
  ExecutionSummary,
  ExecutionTotals,
  WaitingCount,
} from './execution-record.js';
import { comesAfter, type PageRequest } from './page.js';

/** A total order, so that a list can be gone through page by page. */
const byAgeAndId = { message_received_time: 1, _id: 1 } as const;

/** How many executions there are, and what they amount to. */
export class ExecutionFigures {
  constructor(
    private readonly database: Database,
    private readonly model: Model<ExecutionRecord>,
  ) {}

  /** Number of SUBMITTED executions: the waiting messages that users see. @param atMost counting ends there */
  async countSubmitted(actor: ActorDbid, atMost?: number): Promise<number> {
    const options = atMost === undefined ? {} : { limit: atMost };
    return this.database.run(() => this.model.countDocuments({ actor_id: actor, status: 'SUBMITTED' }, options).exec());
  }

  /** When the oldest SUBMITTED execution was received; null when there is none. */
  async oldestSubmitted(actor: ActorDbid): Promise<Date | null> {
    const [oldest] = await this.database.run(() =>
      this.model
        .find({ actor_id: actor, status: 'SUBMITTED' }, { message_received_time: 1 })
        .sort(byAgeAndId)
        .limit(1)
        .lean<Pick<ExecutionRecord, 'message_received_time'>[]>()
        .exec(),
    );
    return oldest?.message_received_time ?? null;
  }

  /** SUBMITTED executions of all actors of a tenant. @param atMost counting ends there */
  async countWaiting(tenant: TenantId, atMost: number): Promise<number> {
    if (atMost <= 0) return 0; // a limit of 0 is none
    return this.database.run(() =>
      this.model.countDocuments({ tenant, status: 'SUBMITTED' }, { limit: atMost }).exec(),
    );
  }

  /** SUBMITTED executions of all actors of all tenants that have some, most first. */
  async waitingByActor(): Promise<WaitingCount[]> {
    const oldest = { $min: '$message_received_time' };
    return this.database.run(() =>
      this.model
        .aggregate<WaitingCount>([
          { $match: { status: 'SUBMITTED' } },
          { $group: { _id: '$actor_id', tenant: { $first: '$tenant' }, count: { $sum: 1 }, oldest } },
          { $sort: { count: -1, _id: 1 } },
          { $project: { _id: 0, actor_id: '$_id', tenant: 1, count: 1, oldest: 1 } },
        ])
        .exec(),
    );
  }

  /** Executions of a user that are not final. @param atMost counting ends there */
  async countOpen(tenant: TenantId, executor: string, atMost: number): Promise<number> {
    if (atMost <= 0) return 0; // a limit of 0 is none
    const open = { $in: ['SUBMITTED', 'RUNNING'] as const };
    return this.database.run(() =>
      this.model.countDocuments({ tenant, executor, status: open }, { limit: atMost }).exec(),
    );
  }

  /** By actor, those that are gone too. @param tenant undefined: of all tenants */
  async totalsByActor(tenant?: TenantId): Promise<ActorExecutions[]> {
    const totals = {
      executions: { $sum: 1 },
      waiting: { $sum: { $cond: [{ $eq: ['$status', 'SUBMITTED'] }, 1, 0] } },
      cpu: { $sum: '$cpu' },
      io: { $sum: '$io' },
      runtime: { $sum: '$runtime' },
    };
    const groups = await this.database.run(() =>
      this.model
        .aggregate<Omit<ActorExecutions, 'actor_id'> & { _id: ActorDbid }>([
          { $match: tenant === undefined ? {} : { tenant } },
          { $group: { _id: '$actor_id', ...totals } },
        ])
        .exec(),
    );
    return groups.map(({ _id, ...rest }) => ({ actor_id: _id, ...rest }));
  }

  /**
   * What the executions of an actor amount to, and the list of them in order of creation.
   * @param page undefined: all of them; else one more than the page holds, when there are more
   */
  async summarize(
    actor: ActorDbid,
    page?: PageRequest,
  ): Promise<{ totals: ExecutionTotals; executions: ExecutionSummary[] }> {
    const fields = 'id status message_received_time start_time finish_time';
    const filter = { actor_id: actor, ...comesAfter('message_received_time', page?.after) };
    const [totals, executions] = await Promise.all([
      this.totalsOf(actor),
      this.database.run(() =>
        this.model
          .find(filter, fields)
          .sort(byAgeAndId)
          .limit(page ? page.size + 1 : 0)
          .lean<(ExecutionSummary & Pick<ExecutionRecord, '_id'>)[]>()
          .exec(),
      ),
    ]);
    return {
      totals,
      executions: executions.map(({ id, status, message_received_time, start_time, finish_time }) => ({
        id,
        status,
        message_received_time,
        start_time,
        finish_time,
      })),
    };
  }

  private async totalsOf(actor: ActorDbid): Promise<ExecutionTotals> {
    const [totals] = await this.database.run(() =>
      this.model
        .aggregate<ExecutionTotals & { _id: null }>([
          { $match: { actor_id: actor } },
          {
            $group: {
              _id: null,
              total_executions: { $sum: 1 },
              total_cpu: { $sum: '$cpu' },
              total_io: { $sum: '$io' },
              total_runtime: { $sum: '$runtime' },
            },
          },
          { $unset: '_id' },
        ])
        .exec(),
    );
    return totals ?? { total_executions: 0, total_cpu: 0, total_io: 0, total_runtime: 0 };
  }
}
