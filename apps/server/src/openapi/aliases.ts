import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiParam } from '@nestjs/swagger';
import { fieldTypes, operation, resource, unavailable } from './operation.js';
import { AliasDescriptionSchema, AliasSchema, AliasUpdateSchema } from './sharing-schemas.js';

export const aliasParam = (): MethodDecorator => ApiParam({ name: 'alias', description: 'The alias', example: 'jane' });

export const noSuchAlias = { 404: 'No alias found: jane.' } as const;

export const ApiAliases = {
  controller: () => resource('aliases'),
  list: () =>
    operation({
      summary: 'List the aliases of the tenant',
      description: 'Those that the caller may read.',
      message: 'Aliases retrieved successfully.',
      result: AliasSchema,
      list: true,
    }),
  create: () =>
    applyDecorators(
      ApiConsumes(...fieldTypes),
      ApiBody({ type: AliasDescriptionSchema, description: 'Fields may also stand in the query string' }),
      operation({
        summary: 'Create an alias',
        description: 'Needs UPDATE on the actor. The alias can be used in place of the id in every path.',
        message: 'Actor alias created successfully.',
        result: AliasSchema,
        errors: {
          400: 'Alias jane already exists.',
          404: 'No actor found with id: NolBaJ5y6714M.',
          413: 'The body is larger than 8 MiB.',
          ...unavailable,
        },
      }),
    ),
  get: () =>
    applyDecorators(
      aliasParam(),
      operation({
        summary: 'Read an alias',
        description: 'Needs READ on the alias.',
        message: 'Alias retrieved successfully.',
        result: AliasSchema,
        errors: noSuchAlias,
      }),
    ),
  repoint: () =>
    applyDecorators(
      aliasParam(),
      ApiConsumes(...fieldTypes),
      ApiBody({ type: AliasUpdateSchema, description: 'Fields may also stand in the query string' }),
      operation({
        summary: 'Make an alias stand for another actor',
        description: 'Needs UPDATE on the alias and on the actor. Owner, permissions and nonces stay.',
        message: 'Actor alias updated successfully.',
        result: AliasSchema,
        errors: {
          400: 'Invalid alias update description. The alias itself cannot be updated in a PUT request.',
          ...noSuchAlias,
          413: 'The body is larger than 8 MiB.',
          ...unavailable,
        },
      }),
    ),
  remove: () =>
    applyDecorators(
      aliasParam(),
      operation({
        summary: 'Delete an alias',
        description: 'Its permissions and nonces go with it; the actor stays.',
        message: 'Alias jane deleted successfully.',
        errors: { ...noSuchAlias, ...unavailable },
      }),
    ),
};
