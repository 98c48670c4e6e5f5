import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiParam } from '@nestjs/swagger';
import { ConfigDescriptionSchema, ConfigSchema } from './config-schemas.js';
import { fieldTypes, operation, resource, unavailable } from './operation.js';

export const configParam = (): MethodDecorator =>
  ApiParam({ name: 'config', description: 'Name of the config', example: 'db_pass' });

const description = (): MethodDecorator =>
  applyDecorators(
    ApiConsumes(...fieldTypes),
    ApiBody({ type: ConfigDescriptionSchema, description: 'Fields may also stand in the query string' }),
  );

const refused = {
  400: 'You do not have sufficient access to this actor config.',
  404: 'No config found: db_pass.',
  ...unavailable,
} as const;

const tooLarge = { 413: 'The body is larger than 8 MiB.' } as const;

export const ApiConfigs = {
  controller: () => resource('configs'),
  list: () =>
    operation({
      summary: 'List configs',
      description: 'Those that the caller may read. Secrets are shown encrypted.',
      message: 'Actor Configs retrieved successfully.',
      result: ConfigSchema,
      list: true,
      errors: unavailable,
    }),
  create: () =>
    applyDecorators(
      description(),
      operation({
        summary: 'Create a config',
        description:
          'Containers of the actors get it in the environment variables _actor_configs (a Python dictionary) and ' +
          '_actor_configs_json, secrets in plain. The caller may update the config, and must be allowed to update the actors.',
        message: 'Actor config created successfully.',
        result: ConfigSchema,
        errors: {
          400: 'Config db_pass already exists; please choose another name for your config',
          404: 'No actor or alias found with id: jane.',
          ...tooLarge,
          ...unavailable,
        },
      }),
    ),
  get: () =>
    applyDecorators(
      configParam(),
      operation({
        summary: 'Read a config',
        description: 'Needs READ on the config. A secret is shown encrypted.',
        message: 'Config retrieved successfully.',
        result: ConfigSchema,
        errors: refused,
      }),
    ),
  replace: () =>
    applyDecorators(
      configParam(),
      description(),
      operation({
        summary: 'Replace a config',
        description: 'Everything but its name. Containers that run keep what they got.',
        message: 'Actor config updated successfully.',
        result: ConfigSchema,
        errors: { ...refused, ...tooLarge },
      }),
    ),
  remove: () =>
    applyDecorators(
      configParam(),
      operation({
        summary: 'Delete a config',
        description: 'Containers that run keep what they got.',
        message: 'Actor config db_pass deleted successfully.',
        errors: { ...refused, 404: 'No config found with name: db_pass.' },
      }),
    ),
};
