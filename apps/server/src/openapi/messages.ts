import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiHeader, ApiQuery } from '@nestjs/swagger';
import { actorParam, noSuchActor, operation, resource, unavailable } from './operation.js';
import { MailboxSchema, PurgeSchema, SentMessageSchema } from './message-schemas.js';

export const ApiMessages = {
  controller: () => resource('messages'),
  count: () =>
    applyDecorators(
      actorParam(),
      operation({
        summary: 'Count the waiting messages',
        description: 'Those that no worker has taken yet.',
        message: 'The request was successful',
        result: MailboxSchema,
        errors: noSuchActor,
      }),
    ),
  send: () =>
    applyDecorators(
      actorParam(),
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
        schema: { description: 'An object with `message`, any other JSON value, a form with `message`, or bytes' },
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
      ApiQuery({
        name: '_abaco_synchronous',
        required: false,
        type: String,
        example: 'true',
        description:
          '`true`: waits for the execution and answers with its first result as application/octet-stream, or, when it is ' +
          'COMPLETE without one, with its log as text/html; after web.synchronous_timeout seconds with 202',
      }),
      ApiHeader({
        name: 'Idempotency-Key',
        required: false,
        schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[\\x20-\\x7e]+$' },
        description:
          'The same key sent by the same user to the same actor again returns the first execution, as long as that exists',
      }),
      operation({
        summary: 'Send a message: run one execution',
        description: 'Answers when the message is durable in store and broker.',
        message: 'The request was successful',
        result: SentMessageSchema,
        alsoAs: {
          'application/octet-stream': { type: 'string', format: 'binary' },
          'text/html': { type: 'string' },
        },
        alsoWith: { 202: 'Synchronous, and the execution has not ended in time' },
        errors: {
          400: 'message POST body could not be serialized. Pass JSON data or use the message attribute.',
          ...noSuchActor,
          413: 'The body is no binary message and larger than 8 MiB.',
          422: 'This Idempotency-Key was sent with another message to actor NolBaJ5y6714M: execution JN0Boakk0VzKX.',
          429: 'The tenant has 100 requests that wait for an execution, which is the limit (web.max_synchronous).',
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
