import { Injectable } from '@nestjs/common';
import type { Caller } from '@abaco/access';
import type { ActorId, Envelope, ExecutionId } from '@abaco/contract';
import { SearchQueries, type SearchResult } from '@abaco/runtime';
import { Answers } from '../http/answers.js';
import type { QueryParameters } from '../http/query-parameters.js';
import { SearchPresenter } from '../presenters/search.presenter.js';

/** Answers a search, at its own endpoint or at a collection's (contract 2.13). */
@Injectable()
export class SearchAnswers {
  constructor(
    private readonly queries: SearchQueries,
    private readonly presenter: SearchPresenter,
    private readonly answers: Answers,
  ) {}

  /** @throws InvalidSearch */
  async answer(
    caller: Caller,
    type: SearchResult['type'],
    query: QueryParameters,
    message: string,
    preset: { readonly actor?: ActorId; readonly execution?: ExecutionId } = {},
  ): Promise<Envelope> {
    const found = await this.queries.search(caller, type, query, preset);
    return this.answers.success(this.presenter.result(caller, found), message);
  }
}
