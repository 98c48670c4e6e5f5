import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiParam } from '@nestjs/swagger';
import { aliasParam, noSuchAlias } from './aliases.js';
import { actorParam, fieldTypes, noSuchActor, operation, resource, unavailable } from './operation.js';
import { NonceDescriptionSchema, NonceSchema } from './sharing-schemas.js';

const nonceParam = (): MethodDecorator =>
  ApiParam({ name: 'nonce_id', description: 'The nonce', example: 'DEV-DEVELOP_QWe7r0ZLNkRxz' });

/** The operations on nonces are the same for actors and for aliases. */
const noncesOf = (
  object: 'Actor' | 'Alias',
  param: () => MethodDecorator,
  noSuchObject: Readonly<Record<404, string>>,
) => ({
  controller: () => resource('nonces'),
  list: () =>
    applyDecorators(
      param(),
      operation({
        summary: `List the nonces of an ${object.toLowerCase()}`,
        description: 'Those that allow no more than the caller may do without them.',
        message: `${object} nonces retrieved successfully.`,
        result: NonceSchema,
        list: true,
        errors: noSuchObject,
      }),
    ),
  create: () =>
    applyDecorators(
      param(),
      ApiConsumes(...fieldTypes),
      ApiBody({
        type: NonceDescriptionSchema,
        required: false,
        description: 'Fields may also stand in the query string',
      }),
      operation({
        summary: `Create a nonce for an ${object.toLowerCase()}`,
        description:
          'Requests with `x-nonce=<id>` in their query need no token: they act as the user who made the nonce, with the roles of ' +
          `that moment, on this ${object.toLowerCase()} alone and up to the level of the nonce.`,
        message: `${object} nonce created successfully.`,
        result: NonceSchema,
        errors: {
          400: 'The max uses parameter must be a positive integer or -1 (to denote unlimited uses).',
          ...noSuchObject,
          413: 'The body is larger than 8 MiB.',
          ...unavailable,
        },
      }),
    ),
  get: () =>
    applyDecorators(
      param(),
      nonceParam(),
      operation({
        summary: `Read a nonce of an ${object.toLowerCase()}`,
        description: 'Reading uses none of its uses.',
        message: `${object} nonce retrieved successfully.`,
        result: NonceSchema,
        errors: { 400: 'Nonce not found.', ...noSuchObject },
      }),
    ),
  remove: () =>
    applyDecorators(
      param(),
      nonceParam(),
      operation({
        summary: `Delete a nonce of an ${object.toLowerCase()}`,
        description: 'Requests with it are refused from then on.',
        message: `${object} nonce deleted successfully.`,
        errors: { 404: 'Nonce not found.', ...unavailable },
      }),
    ),
});

export const ApiNonces = noncesOf('Actor', actorParam, noSuchActor);
export const ApiAliasNonces = noncesOf('Alias', aliasParam, noSuchAlias);
