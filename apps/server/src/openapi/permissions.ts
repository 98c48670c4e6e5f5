import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiConsumes } from '@nestjs/swagger';
import { permissionLevels } from '@abaco/contract';
import { aliasParam, noSuchAlias } from './aliases.js';
import { configParam } from './configs.js';
import { actorParam, fieldTypes, operation, resource, unavailable } from './operation.js';
import { PermissionSchema } from './sharing-schemas.js';

const objects = {
  actor: { param: actorParam, missing: { 404: 'Actor DEV-DEVELOP_NolBaJ5y6714M does not exist' } },
  alias: { param: aliasParam, missing: noSuchAlias },
  config: { param: configParam, missing: { 404: 'Config DEV-DEVELOP_db_pass does not exist' } },
} as const;

/** From user to level. */
const levels = {
  type: 'object',
  additionalProperties: { type: 'string', enum: [...permissionLevels] },
  example: { jdoe: 'UPDATE', ABACO_WORLD: 'READ' },
};

type SharedObject = keyof typeof objects;

export const ApiPermissions = {
  controller: (_object: SharedObject) => resource('permissions'),
  list: (object: SharedObject) =>
    applyDecorators(
      objects[object].param(),
      operation({
        summary: `List who may do what to an ${object}`,
        description: 'The level of each user; ABACO_WORLD stands for everybody in the tenant.',
        message: 'Permissions retrieved successfully.',
        schema: levels,
        errors: objects[object].missing,
      }),
    ),
  grant: (object: SharedObject) =>
    applyDecorators(
      objects[object].param(),
      ApiConsumes(...fieldTypes),
      ApiBody({ type: PermissionSchema, description: 'Fields may also stand in the query string' }),
      operation({
        summary: `Set what a user may do to an ${object}`,
        description: 'Replaces what the user was granted before; NONE takes it away.',
        message: 'Permission added successfully.',
        schema: levels,
        errors: {
          400: "Invalid permission level: WRITE. The valid values are ('NONE', 'READ', 'EXECUTE', 'UPDATE')",
          ...objects[object].missing,
          413: 'The body is larger than 8 MiB.',
          ...unavailable,
        },
      }),
    ),
};
