import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { ActorId } from '@abaco/contract';
import type { AliasRecord } from '@abaco/store';

/** What the path of a request is about. */
export interface Target {
  /** The actor that `{actor_id}` names, be it by its id or by an alias; it need not exist. */
  readonly actor?: ActorId;
  readonly alias?: AliasRecord;
  /** Name of the config; it need not exist. */
  readonly config?: string;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the authorization guard. */
    target?: Target;
  }
}

const targetOf = (context: ExecutionContext): Target | undefined =>
  context.switchToHttp().getRequest<FastifyRequest>().target;

/** Handler parameter: the id of the actor that the path names. */
export const TargetActor = createParamDecorator((_: unknown, context: ExecutionContext): ActorId => {
  const actor = targetOf(context)?.actor;
  if (actor === undefined) throw new Error('An endpoint without {actor_id} in its path asks for the actor');
  return actor;
});

/** Handler parameter: the alias that the path names. */
export const TargetAlias = createParamDecorator((_: unknown, context: ExecutionContext): AliasRecord => {
  const alias = targetOf(context)?.alias;
  if (alias === undefined) throw new Error('An endpoint without {alias} in its path asks for the alias');
  return alias;
});

/** Handler parameter: the name of the config that the path names. */
export const TargetConfig = createParamDecorator((_: unknown, context: ExecutionContext): string => {
  const config = targetOf(context)?.config;
  if (config === undefined) throw new Error('An endpoint without {config} in its path asks for the config');
  return config;
});
