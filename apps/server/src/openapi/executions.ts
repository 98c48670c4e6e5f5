import { applyDecorators } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiResponse } from '@nestjs/swagger';
import { actorParam, errorResponses, executionParam, noSuchActor, operation, resource } from './operation.js';
import { ExecutionSchema, ExecutionsSchema, LogsSchema } from './schemas.js';

const noSuchExecution = {
  400: 'No executions found with actor id of NolBaJ5y6714M and execution id of JN0Boakk0VzKX.',
  ...noSuchActor,
} as const;

export const ApiExecutions = {
  controller: () => resource('executions'),
  list: () =>
    applyDecorators(
      actorParam(),
      operation({
        summary: 'Summarize the executions of an actor',
        message: 'Actor executions retrieved successfully.',
        result: ExecutionsSchema,
        errors: noSuchActor,
      }),
    ),
  get: () =>
    applyDecorators(
      actorParam(),
      executionParam(),
      operation({
        summary: 'Read an execution',
        message: 'Actor execution retrieved successfully.',
        result: ExecutionSchema,
        errors: noSuchExecution,
      }),
    ),
  logs: () =>
    applyDecorators(
      actorParam(),
      executionParam(),
      operation({
        summary: 'Read the logs of an execution',
        description: 'Also while it runs.',
        message: 'Logs retrieved successfully.',
        result: LogsSchema,
        errors: noSuchExecution,
      }),
    ),
  nextResult: () =>
    applyDecorators(
      actorParam(),
      executionParam(),
      ApiOperation({
        summary: 'Take the next result of an execution',
        description: 'One entry a call, in the order of sending; an empty body when there is none.',
      }),
      ApiProduces('application/octet-stream'),
      ApiResponse({
        status: 200,
        description: 'The bytes of one result, without an envelope',
        content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
      }),
      ...errorResponses({ 404: "Actor with identifier 'x' not found" }),
    ),
};
