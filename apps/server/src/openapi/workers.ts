import { applyDecorators } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import { actorParam, noSuchActor, operation, resource } from './operation.js';
import { WorkerSchema } from './schemas.js';

export const ApiWorkers = {
  controller: () => resource('workers'),
  list: () =>
    applyDecorators(
      actorParam(),
      operation({
        summary: 'List the workers of an actor',
        message: 'Workers retrieved successfully.',
        result: WorkerSchema,
        list: true,
        errors: noSuchActor,
      }),
    ),
  get: () =>
    applyDecorators(
      actorParam(),
      ApiParam({ name: 'worker_id', description: 'Id of the worker', example: 'vrbr8PeWLXYEQ' }),
      operation({
        summary: 'Read a worker',
        message: 'Worker retrieved successfully.',
        result: WorkerSchema,
        errors: { 404: 'Worker not found.' },
      }),
    ),
};
