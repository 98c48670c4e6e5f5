import type { ActorDbid, ExecutionDbid, TenantId } from '@abaco/contract';
import type { mongo } from 'mongoose';
import { actorFromStored } from '../actor-repository.js';
import type { ActorRecord } from '../actor-record.js';
import type { Database } from '../database.js';
import type { ExecutionRecord } from '../execution-record.js';
import { executionFromStored } from '../execution-repository.js';
import type { WorkerRecord } from '../worker-record.js';
import { assembledLogs } from './log-pipeline.js';
import type { SearchRequest } from './search-condition.js';
import type { SearchType } from './search-fields.js';
import { matchStage, rankStages, SCORE } from './search-pipeline.js';

/** The log of an execution that a search found. */
export interface LogHit {
  readonly execution: ExecutionDbid;
  readonly actor_id: ActorDbid;
  readonly logs: string;
}

/** Whose objects a search may see. */
export interface SearchScope {
  readonly tenant: TenantId;
  /** Undefined: those of all actors of the tenant. */
  readonly actors?: readonly ActorDbid[] | undefined;
  /** Logs of this execution alone. */
  readonly execution?: ExecutionDbid | undefined;
}

/** What a search found: one page of it, and how much there is in all. */
export interface Found<T> {
  readonly total: number;
  readonly hits: readonly T[];
}

interface SearchHits {
  actors: ActorRecord;
  executions: ExecutionRecord;
  workers: WorkerRecord;
  logs: LogHit;
}

/** Milliseconds after which the database gives up on a search. */
const MAX_TIME_MS = 8_000;

/** Where objects are, which of their fields names the actor, and in which order they come. */
const places = {
  actors: { collection: 'actors', actor: '_id', byAge: { create_time: 1, _id: 1 } },
  executions: { collection: 'executions', actor: 'actor_id', byAge: { message_received_time: 1, _id: 1 } },
  workers: { collection: 'workers', actor: 'actor_id', byAge: { create_time: 1, _id: 1 } },
  logs: { collection: 'logs', actor: 'actor', byAge: { _id: 1 } },
} as const satisfies Record<SearchType, { collection: string; actor: string; byAge: Record<string, 1> }>;

/**
 * Searches over the objects of a tenant. Everything is done by the database: conditions, ranking and paging; only the page that was
 * asked for comes out of it.
 */
export class SearchRepository {
  constructor(private readonly database: Database) {}

  /** @throws StoreUnavailable, also when the search takes the database longer than 8 s */
  async search<T extends SearchType>(
    request: SearchRequest & { readonly type: T },
    scope: SearchScope,
  ): Promise<Found<SearchHits[T]>> {
    const { collection, byAge } = places[request.type];
    const found = [...visible(request.type, scope), matchStage(request)];
    const page = [
      ...rankStages(request, byAge),
      { $skip: request.skip },
      { $limit: Math.max(1, request.limit) },
      { $unset: SCORE },
    ];
    const [counted, hits] = await Promise.all([
      this.aggregate<{ total: number }>(collection, [...found, { $count: 'total' }]),
      request.limit === 0 ? [] : this.aggregate<never>(collection, [...found, ...page]),
    ]);
    return { total: counted[0]?.total ?? 0, hits: hits.map<SearchHits[T]>(fromStored[request.type]) };
  }

  private aggregate<T extends mongo.BSON.Document>(collection: string, pipeline: object[]): Promise<T[]> {
    const options = { allowDiskUse: true, maxTimeMS: MAX_TIME_MS };
    return this.database.run(() =>
      this.database
        .collection(collection)
        .aggregate<T>(pipeline as mongo.BSON.Document[], options)
        .toArray(),
    );
  }
}

/** The objects that a scope lets a search see. */
function visible(type: SearchType, { tenant, actors, execution }: SearchScope): object[] {
  const { actor } = places[type];
  const within = { tenant, ...(actors !== undefined && { [actor]: { $in: [...actors] } }) };
  if (type !== 'logs') return [{ $match: within }];
  return assembledLogs({ ...within, ...(execution !== undefined && { execution }) });
}

const fromStored: { [T in SearchType]: (stored: never) => SearchHits[T] } = {
  actors: actorFromStored,
  executions: executionFromStored,
  workers: (worker: WorkerRecord) => worker,
  logs: ({ _id, actor_id, logs }: { _id: ExecutionDbid; actor_id: ActorDbid; logs: string }) => ({
    execution: _id,
    actor_id,
    logs,
  }),
};
