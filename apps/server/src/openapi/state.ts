import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiConsumes } from '@nestjs/swagger';
import {
  actorParam,
  changedSince,
  ifMatch,
  ifNoneMatch,
  noSuchActor,
  operation,
  resource,
  unavailable,
} from './operation.js';
import { ActorSchema, StateSchema } from './actor-schemas.js';

export const ApiState = {
  controller: () => resource('state'),
  get: () =>
    applyDecorators(
      actorParam(),
      ifNoneMatch(),
      operation({
        summary: 'Read the state of an actor',
        description: 'What executions that start now get as _abaco_actor_state.',
        message: 'Actor state retrieved successfully.',
        result: StateSchema,
        errors: noSuchActor,
      }),
    ),
  replace: () =>
    applyDecorators(
      actorParam(),
      ifMatch(),
      ApiConsumes('application/json'),
      ApiBody({ description: 'Any JSON value that is not empty, 0, false or null', schema: { example: { count: 1 } } }),
      operation({
        summary: 'Replace the state of a stateful actor',
        description: 'Any JSON value, or text. It replaces the whole state; executions that run keep what they got.',
        message: 'State updated successfully.',
        result: ActorSchema,
        errors: {
          400: 'Invalid actor state description: state must be JSON serializable.',
          404: 'actor is stateless.',
          ...changedSince,
          413: 'The body is larger than 8 MiB.',
          ...unavailable,
        },
      }),
    ),
};
