import { Controller, Get, Param, Query } from '@nestjs/common';
import type { Caller } from '@abaco/access';
import type { Envelope } from '@abaco/contract';
import { parseSearchType } from '@abaco/runtime';
import { CurrentCaller } from '../http/current-caller.js';
import { Needs } from '../http/needs.js';
import type { QueryParameters } from '../http/query-parameters.js';
import { ApiSearch } from '../openapi/search.js';
import { SearchAnswers } from './search-answers.js';

/** Search among all objects that the caller may read (contract 2.13). */
@ApiSearch.controller()
@Controller('actors/search')
export class SearchController {
  constructor(private readonly answers: SearchAnswers) {}

  @ApiSearch.search()
  @Needs('user')
  @Get(':search_type')
  search(
    @CurrentCaller() caller: Caller,
    @Param('search_type') type: string,
    @Query() query: QueryParameters,
  ): Promise<Envelope> {
    return this.answers.answer(caller, parseSearchType(type), query, 'Search completed successfully.');
  }
}
