import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiProperty, ApiResponse } from '@nestjs/swagger';
import { errorResponses, operation, resource, unavailable } from './operation.js';

const count = { type: 'integer' } as const;
const counts = (...names: readonly string[]) => ({
  type: 'object',
  required: [...names],
  properties: Object.fromEntries(names.map((name) => [name, count])),
});

const adminsOnly = { 400: 'Abaco Admin role required.', ...unavailable } as const;
/** Everything that is stored of an object: what that is may grow. */
const record = { type: 'object', additionalProperties: true } as const;

export const ApiAdmin = {
  controller: () => resource('admin'),
  actors: () =>
    operation({
      summary: 'List all actors of all tenants',
      description: 'With their workers, waiting messages, number of executions and total runtime.',
      message: 'Actors retrieved successfully.',
      schema: record,
      list: true,
      errors: adminsOnly,
    }),
  workers: () =>
    operation({
      summary: 'List all workers of all tenants',
      description: 'With numbers by status.',
      message: 'Workers retrieved successfully.',
      schema: {
        type: 'object',
        required: ['summary', 'workers'],
        properties: {
          summary: { type: 'object', additionalProperties: count },
          workers: { type: 'array', items: record },
        },
      },
      errors: adminsOnly,
    }),
  executions: () =>
    operation({
      summary: 'What the executions of all tenants amount to',
      description: '"all" includes actors that are gone, "existing" does not.',
      message: 'Executions retrieved successfully.',
      schema: {
        type: 'object',
        required: ['summary', 'actors'],
        properties: {
          summary: { type: 'object', additionalProperties: count },
          actors: { type: 'array', items: record },
        },
      },
      errors: adminsOnly,
    }),
};

export const ApiUtilization = {
  controller: () => resource('utilization'),
  get: () =>
    operation({
      summary: 'How much the installation is used',
      description: 'Over all tenants: actors now and ever, workers, and workers that are asked for and not yet begun.',
      message: 'Abaco utilization returned successfully.',
      schema: counts('currentActors', 'totalActors', 'workers', 'commandQueue'),
      errors: unavailable,
    }),
};

class DashboardFormSchema {
  @ApiProperty({ example: 'https://abaco.example.org', description: 'One of web.dashboard_instances' })
  base_url: string;
  @ApiProperty({ example: 'X-Jwt-Assertion-DEV', description: 'Name of the header for the token' }) jwt_header: string;
  @ApiProperty({ description: 'A token of an admin there' }) jwt: string;
}

const page = (summary: string): MethodDecorator =>
  applyDecorators(
    ApiOperation({ summary, description: 'For people: HTML without scripts.' }),
    ApiResponse({ status: 200, description: 'A page', content: { 'text/html': { schema: { type: 'string' } } } }),
    ...errorResponses(adminsOnly),
  );

export const ApiDashboard = {
  controller: () => resource('admin'),
  show: () => page('Page with all actors of all tenants'),
  showOther: () =>
    applyDecorators(ApiBody({ type: DashboardFormSchema }), page('Page with all actors of another instance')),
};
