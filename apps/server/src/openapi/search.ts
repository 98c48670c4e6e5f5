import { applyDecorators } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import { operation, resource, searchParameters, searchResult, unavailable } from './operation.js';

export const ApiSearch = {
  controller: () => resource('search'),
  search: () =>
    applyDecorators(
      ApiParam({
        name: 'search_type',
        enum: ['actors', 'executions', 'workers', 'logs'],
        description: 'What to search, in any letter case',
      }),
      searchParameters(),
      operation({
        summary: 'Search actors, executions, workers or logs',
        description: 'Among the objects of actors that the caller may read; admins search the whole tenant.',
        message: 'Search completed successfully.',
        schema: searchResult,
        errors: {
          400: "Inputted search_type is invalid, must be one of ['executions', 'workers', 'actors', 'logs'].",
          404: "'x-nonce' query parameter on the '/actors/search/{database}' endpoint does not resolve.",
          ...unavailable,
        },
      }),
    ),
};
