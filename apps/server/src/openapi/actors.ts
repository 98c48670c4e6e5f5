import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiConsumes } from '@nestjs/swagger';
import {
  actorParam,
  fieldTypes,
  noSuchActor,
  operation,
  pageParameters,
  resource,
  unavailable,
  changedSince,
  ifMatch,
  ifNoneMatch,
} from './operation.js';
import { ActorDescriptionSchema, ActorSchema, ActorUpdateSchema } from './actor-schemas.js';

export const ApiActors = {
  controller: () => resource('actors'),
  list: () =>
    applyDecorators(
      pageParameters(),
      operation({
        summary: 'List the actors of the tenant',
        description: 'Those that the caller may read.',
        message: 'Actors retrieved successfully.',
        result: ActorSchema,
        list: true,
        searches: true,
      }),
    ),
  register: () =>
    applyDecorators(
      ApiConsumes(...fieldTypes),
      ApiBody({ type: ActorDescriptionSchema, description: 'Fields may also stand in the query string' }),
      operation({
        summary: 'Register an actor',
        description:
          'The image is pulled, and a first worker started, after the answer: the status goes from SUBMITTED to READY, or to ERROR with the reason in status_message.',
        message: 'Actor created successfully.',
        result: ActorSchema,
        errors: {
          400: "Invalid actor description: {'image': 'Reference to image on docker hub for this actor.'}",
          413: 'The body is larger than 8 MiB.',
          429: 'The tenant has 100 actors, which is the limit (quotas.actors).',
          ...unavailable,
        },
      }),
    ),
  get: () =>
    applyDecorators(
      actorParam(),
      ifNoneMatch(),
      operation({
        summary: 'Read an actor',
        description: 'By its id or by an alias.',
        message: 'Actor retrieved successfully.',
        result: ActorSchema,
        errors: { 404: 'No actor found with identifier: NolBaJ5y6714M.' },
      }),
    ),
  update: () =>
    applyDecorators(
      actorParam(),
      ifMatch(),
      ApiConsumes(...fieldTypes),
      ApiBody({ type: ActorUpdateSchema, description: 'Fields may also stand in the query string' }),
      operation({
        summary: 'Update an actor',
        description:
          'Replaces the whole description: a field that is not sent falls back to its default; only name, owner and, unless ' +
          'one is sent, the state stay. Another image, or `force`, makes a new revision: workers of the old one finish their ' +
          'message and go, and an actor in ERROR gets workers again.',
        message: 'Actor updated successfully.',
        result: ActorSchema,
        errors: {
          400: "Invalid actor description: {'image': 'Reference to image on docker hub for this actor.'}",
          ...noSuchActor,
          ...changedSince,
          413: 'The body is larger than 8 MiB.',
          ...unavailable,
        },
      }),
    ),
  remove: () =>
    applyDecorators(
      actorParam(),
      ifMatch(),
      operation({
        summary: 'Delete an actor',
        description:
          'Stops its workers and running executions and waits up to `workers.delete_seconds` (20) for them; removes its logs and waiting messages. ' +
          'An actor that is not there counts as deleted.',
        message: 'Actor deleted successfully.',
        errors: { ...changedSince, 404: "Actor with identifier 'x' not found", ...unavailable },
      }),
    ),
};
