import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiParam } from '@nestjs/swagger';
import { actorParam, fieldTypes, noSuchActor, operation, resource, unavailable } from './operation.js';
import { WorkerSchema, WorkersRequestSchema } from './worker-schemas.js';

const workerParam = (): MethodDecorator =>
  ApiParam({ name: 'worker_id', description: 'Id of the worker', example: 'vrbr8PeWLXYEQ' });

export const ApiWorkers = {
  controller: () => resource('workers'),
  list: () =>
    applyDecorators(
      actorParam(),
      operation({
        summary: 'List the workers of an actor',
        description: 'On all hosts.',
        message: 'Workers retrieved successfully.',
        result: WorkerSchema,
        list: true,
        searches: true,
        errors: noSuchActor,
      }),
    ),
  ensure: () =>
    applyDecorators(
      actorParam(),
      ApiConsumes(...fieldTypes),
      ApiBody({
        type: WorkersRequestSchema,
        required: false,
        description: 'Fields may also stand in the query string',
      }),
      operation({
        summary: 'Start workers',
        description:
          'For admins. Starts as many workers as are missing to `num`; all that there are count, also those that are starting ' +
          'or stopping. The limits of the actor do not apply. Workers without work end after workers.worker_ttl.',
        message: 'Scheduled 1 new worker(s) to start. Previously, there were 1 workers.',
        errors: {
          400: "Invalid POST: {'num': 'Number of workers to start (default is 1).'}",
          ...noSuchActor,
          ...unavailable,
        },
      }),
    ),
  stop: () =>
    applyDecorators(
      actorParam(),
      workerParam(),
      operation({
        summary: 'Stop a worker',
        description: 'It finishes the message it is working on, and goes.',
        message: 'Worker scheduled to be stopped.',
        errors: { 404: 'Worker not found.', ...unavailable },
      }),
    ),
  get: () =>
    applyDecorators(
      actorParam(),
      workerParam(),
      operation({
        summary: 'Read a worker',
        description: 'Its status, host and the time of its last execution.',
        message: 'Worker retrieved successfully.',
        result: WorkerSchema,
        errors: { 404: 'Worker not found.' },
      }),
    ),
};
