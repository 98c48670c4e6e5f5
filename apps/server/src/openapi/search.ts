import { applyDecorators } from '@nestjs/common';
import { ApiParam, ApiQuery } from '@nestjs/swagger';
import { operation, resource, unavailable } from './operation.js';

/** Conditions of a search: their names are those of fields, so that no list of them ends. */
export const searchParameters = (): MethodDecorator =>
  applyDecorators(
    ApiQuery({ name: 'search', required: false, type: String, description: 'Terms to rank by, better matches first' }),
    ApiQuery({ name: 'exactsearch', required: false, type: String, description: 'A phrase that must occur' }),
    ApiQuery({ name: 'skip', required: false, schema: { type: 'integer', minimum: 0, default: 0 } }),
    ApiQuery({
      name: 'limit',
      required: false,
      schema: { type: 'integer', minimum: 0, maximum: 10_000, default: 100 },
    }),
    ApiQuery({
      name: 'condition',
      required: false,
      style: 'form',
      explode: true,
      schema: { type: 'object', additionalProperties: { type: 'string' } },
      example: { 'status.in': '["COMPLETE","ERROR"]', 'cpu.between': '10,20' },
      description:
        'Every other parameter is a condition: `<field>` or `<field>.<operator>` with eq, neq, lt, lte, gt, gte, in, nin, between, ' +
        'like, nlike. Members of objects with dots: `final_state.ExitCode`.',
    }),
  );

export const searchResult = {
  type: 'object',
  required: ['_metadata', 'search'],
  properties: {
    _metadata: {
      type: 'object',
      description: 'How many there are, and which of them these are',
      additionalProperties: { type: 'integer' },
      example: { total_count: 10, count_returned: 6, record_limit: 23, records_skipped: 4 },
    },
    search: { type: 'array', items: { type: 'object', additionalProperties: true } },
  },
};

export const ApiSearch = {
  controller: () => resource('search'),
  search: () =>
    applyDecorators(
      ApiParam({ name: 'search_type', enum: ['actors', 'executions', 'workers', 'logs'] }),
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
