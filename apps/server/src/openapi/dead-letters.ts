import { applyDecorators } from '@nestjs/common';
import { DeadLetterSchema, DeadLettersSchema, RedrivenSchema } from './attempt-schemas.js';
import {
  actorParam,
  executionParam,
  noSuchActor,
  operation,
  pageParameters,
  resource,
  unavailable,
} from './operation.js';

const noSuchDeadLetter = { 404: 'Actor NolBaJ5y6714M has no dead letter JN0Boakk0VzKX.' } as const;

export const ApiDeadLetters = {
  controller: () => resource('executions'),
  list: () =>
    applyDecorators(
      actorParam(),
      pageParameters(),
      operation({
        summary: 'List the dead letters of an actor',
        description:
          'Executions whose attempts are used up (`retry_policy`), the longest dead first; 100 unless a page is asked for.',
        message: 'Dead letters retrieved successfully.',
        result: DeadLettersSchema,
        errors: { 400: 'page_size must be an integer from 1 to 1000.', ...noSuchActor },
      }),
    ),
  redriveAll: () =>
    applyDecorators(
      actorParam(),
      operation({
        summary: 'Send dead letters again',
        description: 'Up to 100, the longest dead first, each as a new execution of its sender.',
        message: 'Dead letters sent again.',
        result: RedrivenSchema,
        errors: { ...noSuchActor, ...unavailable },
      }),
    ),
  purge: () =>
    applyDecorators(
      actorParam(),
      operation({
        summary: 'Remove all dead letters of an actor',
        description: 'Their messages are forgotten; the executions stay, in ERROR.',
        message: 'Dead letters removed.',
        schema: {
          type: 'object',
          required: ['removed'],
          additionalProperties: false,
          properties: { removed: { type: 'integer' } },
        },
        errors: noSuchActor,
      }),
    ),
  get: () =>
    applyDecorators(
      actorParam(),
      executionParam(),
      operation({
        summary: 'Read a dead letter',
        description: 'With its message and how each attempt ended.',
        message: 'Dead letter retrieved successfully.',
        result: DeadLetterSchema,
        errors: noSuchDeadLetter,
      }),
    ),
  redrive: () =>
    applyDecorators(
      actorParam(),
      executionParam(),
      operation({
        summary: 'Send a dead letter again',
        description:
          'Makes a new execution of its sender, with the same message and environment. Asked again, it answers with the same execution.',
        message: 'Dead letter sent again.',
        result: RedrivenSchema,
        errors: { ...noSuchDeadLetter, ...unavailable },
      }),
    ),
  remove: () =>
    applyDecorators(
      actorParam(),
      executionParam(),
      operation({
        summary: 'Remove a dead letter',
        description: 'Its message is forgotten; the execution stays, in ERROR.',
        message: 'Dead letter removed.',
        errors: noSuchDeadLetter,
      }),
    ),
};
