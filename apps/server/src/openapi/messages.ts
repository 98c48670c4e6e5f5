import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiExtraModels, ApiHeader, ApiQuery, getSchemaPath } from '@nestjs/swagger';
import { actorParam, noSuchActor, operation, resource, unavailable } from './operation.js';
import { MailboxSchema, MessageBodySchema, PurgeSchema, SentMessageSchema } from './schemas.js';

export const ApiMessages = {
  controller: () => resource('messages'),
  count: () =>
    applyDecorators(
      actorParam(),
      operation({
        summary: 'Count the waiting messages',
        message: 'The request was successful',
        result: MailboxSchema,
        errors: noSuchActor,
      }),
    ),
  send: () =>
    applyDecorators(
      actorParam(),
      ApiExtraModels(MessageBodySchema),
      ApiConsumes(
        'application/json',
        'application/x-www-form-urlencoded',
        'multipart/form-data',
        'application/octet-stream',
        'text/plain',
      ),
      ApiBody({
        description: 'A field `message`, any JSON value, or bytes as application/octet-stream (with Content-Length)',
        required: false,
        schema: { oneOf: [{ $ref: getSchemaPath(MessageBodySchema) }, { type: 'string', format: 'binary' }, {}] },
      }),
      ApiQuery({ name: 'message', required: false, type: String, description: 'The message, instead of a body' }),
      ApiQuery({
        name: 'environment',
        required: false,
        style: 'form',
        explode: true,
        schema: { type: 'object', additionalProperties: { type: 'string' } },
        description: 'Every other query parameter becomes an environment variable of this execution',
      }),
      ApiHeader({
        name: 'Idempotency-Key',
        required: false,
        description: 'The same key sent to the same actor again returns the first execution',
      }),
      operation({
        summary: 'Send a message: run one execution',
        description: 'Answers when the message is durable in store and broker.',
        message: 'The request was successful',
        result: SentMessageSchema,
        errors: {
          400: 'message POST body could not be serialized. Pass JSON data or use the message attribute.',
          ...noSuchActor,
          413: 'The body is no binary message and larger than 8 MiB.',
          ...unavailable,
        },
      }),
    ),
  purge: () =>
    applyDecorators(
      actorParam(),
      operation({
        summary: 'Drop the waiting messages',
        description: 'The message being executed is not touched.',
        message: 'The request was successful',
        result: PurgeSchema,
        errors: { ...noSuchActor, ...unavailable },
      }),
    ),
};
