import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOperation, ApiProduces, ApiResponse } from '@nestjs/swagger';
import {
  actorParam,
  errorResponses,
  executionParam,
  fieldTypes,
  noSuchActor,
  operation,
  resource,
  unavailable,
} from './operation.js';
import { ActorSchema, ExecutionSchema, ExecutionsSchema, LogsSchema, RecordedExecutionSchema } from './schemas.js';

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
  record: () =>
    applyDecorators(
      actorParam(),
      ApiConsumes(...fieldTypes),
      ApiBody({ type: RecordedExecutionSchema, description: 'Fields may also stand in the query string' }),
      operation({
        summary: 'Record an execution that took place elsewhere',
        description: 'Adds a COMPLETE execution of the caller to those of the actor; nothing is run.',
        message: 'Actor execution added successfully.',
        result: ActorSchema,
        errors: { 400: 'Argument runtime must be an integer.', ...noSuchActor, ...unavailable },
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
  halt: () =>
    applyDecorators(
      actorParam(),
      executionParam(),
      operation({
        summary: 'Halt a running execution',
        description:
          'Has its container stopped: SIGTERM, and SIGKILL 10 s later. The execution then becomes COMPLETE, with the exit code ' +
          'that this gives and the logs so far.',
        message: 'Issued force quit command for execution JN0Boakk0VzKX.',
        errors: {
          400: 'Cannot force quit an execution not in RUNNING status. Execution was found in status: COMPLETE',
          ...noSuchActor,
          ...unavailable,
        },
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
