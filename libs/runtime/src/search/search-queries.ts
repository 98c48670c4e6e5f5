import { Inject, Injectable } from '@nestjs/common';
import { Authorization, type Caller } from '@abaco/access';
import { actorDbid, type ActorId, executionDbid, type ExecutionId } from '@abaco/contract';
import type {
  ActorRecord,
  ExecutionRecord,
  Found,
  LogHit,
  SearchRequest,
  SearchScope,
  WorkerRecord,
} from '@abaco/store';
import type { RuntimeServices } from '../runtime-services.js';
import { RUNTIME_SERVICES } from '../tokens.js';
import { parseSearch, type SearchParameters } from './search-parser.js';

/** What a search is limited to from the start: an actor, or one of its executions. */
export interface SearchPreset {
  readonly actor?: ActorId;
  readonly execution?: ExecutionId;
}

/** What was found, and which page of it this is. */
export type SearchResult =
  | (Found<ActorRecord> & { readonly type: 'actors'; readonly request: SearchRequest })
  | (Found<ExecutionRecord> & { readonly type: 'executions'; readonly request: SearchRequest })
  | (Found<WorkerRecord> & { readonly type: 'workers'; readonly request: SearchRequest })
  /** `owners`: of the actors, by their internal ids. */
  | (Found<LogHit> & {
      readonly type: 'logs';
      readonly request: SearchRequest;
      readonly owners: ReadonlyMap<string, string>;
    });

/**
 * Searches among the objects that the caller may read: those of actors on which they or everybody have READ or more; admins
 * search the whole tenant (contract 2.13).
 */
@Injectable()
export class SearchQueries {
  private readonly authorization: Authorization;

  constructor(@Inject(RUNTIME_SERVICES) private readonly services: RuntimeServices) {
    this.authorization = new Authorization(services.config.web);
  }

  /**
   * @param preset an actor that the caller may read
   * @throws InvalidSearch
   */
  async search(
    caller: Caller,
    type: SearchRequest['type'],
    parameters: SearchParameters,
    preset: SearchPreset = {},
  ): Promise<SearchResult> {
    const { store, config } = this.services;
    const request = parseSearch(type, parameters, { tenant: caller.tenant, letterCase: config.web.case });
    const scope = await this.scopeOf(caller, preset);
    switch (type) {
      case 'actors':
        return { ...(await store.search.search({ ...request, type }, scope)), type, request };
      case 'executions':
        return { ...(await store.search.search({ ...request, type }, scope)), type, request };
      case 'workers':
        return { ...(await store.search.search({ ...request, type }, scope)), type, request };
      case 'logs': {
        const found = await store.search.search({ ...request, type }, scope);
        return { ...found, type, request, owners: await this.ownersOf(found.hits) };
      }
      default:
        return type satisfies never;
    }
  }

  private async scopeOf(caller: Caller, { actor, execution }: SearchPreset): Promise<SearchScope> {
    const { tenant, user } = caller;
    if (actor !== undefined) {
      const dbid = actorDbid(tenant, actor);
      return { tenant, actors: [dbid], ...(execution && { execution: executionDbid(dbid, execution) }) };
    }
    if (this.authorization.isAdmin(caller)) return { tenant };
    return { tenant, actors: await this.services.store.actors.readableIds(tenant, user) };
  }

  private async ownersOf(hits: readonly LogHit[]): Promise<Map<string, string>> {
    const ids = [...new Set(hits.map(({ actor_id }) => actor_id))];
    const actors = await Promise.all(ids.map((id) => this.services.store.actors.find(id)));
    return new Map(actors.flatMap((actor) => (actor ? [[actor._id, actor.owner] as const] : [])));
  }
}
