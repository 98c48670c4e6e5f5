import { applyDecorators } from '@nestjs/common';
import {
  ApiBody,
  ApiConsumes,
  ApiExtraModels,
  ApiHeader,
  ApiOperation,
  ApiProduces,
  ApiQuery,
  ApiResponse,
} from '@nestjs/swagger';
import {
  actorParam,
  errorResponses,
  executionParam,
  fieldTypes,
  noSuchActor,
  operation,
  pageParameters,
  resource,
  unavailable,
} from './operation.js';
import { ExecutionSchema, ExecutionsSchema, LogsSchema, RecordedExecutionSchema } from './execution-schemas.js';
import { ActorSchema } from './actor-schemas.js';

const noSuchExecution = {
  400: 'No executions found with actor id of NolBaJ5y6714M and execution id of JN0Boakk0VzKX.',
  ...noSuchActor,
} as const;

const tooManyStreams = {
  429: 'The tenant follows 100 executions, which is the limit (web.max_streams). Close another stream, or try again later.',
} as const;

const lastEventId = ApiHeader({
  name: 'Last-Event-ID',
  required: false,
  description: 'Of a stream: `id` of the last event that was received; the stream goes on after it',
});

export const ApiExecutions = {
  controller: () => resource('executions'),
  list: () =>
    applyDecorators(
      actorParam(),
      pageParameters(),
      operation({
        summary: 'Summarize the executions of an actor',
        description: 'What they amount to, and each one with status and times, oldest first.',
        message: 'Actor executions retrieved successfully.',
        result: ExecutionsSchema,
        searches: true,
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
        description:
          'Its status, times and statistics; runtime is in seconds, cpu in nanoseconds, io in bytes received.',
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
      ApiQuery({
        name: 'follow',
        required: false,
        type: Boolean,
        description:
          '`true`: the log as server-sent events, as it comes. `log`: `{"logs": text}`; `restart`: the execution was begun again ' +
          'and what came before is void; `end`: `{"status": status}`, after which nothing comes.',
      }),
      lastEventId,
      operation({
        summary: 'Read the logs of an execution',
        description: 'Also while it runs.',
        message: 'Logs retrieved successfully.',
        result: LogsSchema,
        searches: true,
        alsoAs: { 'text/event-stream': { type: 'string' } },
        errors: { ...noSuchExecution, ...tooManyStreams },
      }),
      ApiResponse({ status: 204, description: 'With `follow`: `Last-Event-ID` is that of the end' }),
    ),
  events: () =>
    applyDecorators(
      actorParam(),
      executionParam(),
      lastEventId,
      ApiExtraModels(ExecutionSchema),
      ApiOperation({
        summary: 'Follow the status of an execution',
        description:
          'Server-sent events named `status`, each with the execution as JSON: its present status, then each new one until ' +
          'COMPLETE or ERROR. A status that lasts less than a second may be left out.',
      }),
      ApiProduces('text/event-stream'),
      ApiResponse({
        status: 200,
        description: 'Events until the execution is final',
        content: { 'text/event-stream': { schema: { type: 'string' } } },
      }),
      ApiResponse({ status: 204, description: '`Last-Event-ID` is that of a final status' }),
      ...errorResponses({ ...noSuchExecution, ...tooManyStreams, ...unavailable }),
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
