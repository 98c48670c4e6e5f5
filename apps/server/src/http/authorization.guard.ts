import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import {
  type Action,
  ActorDoesNotExist,
  Authorization,
  type Caller,
  ConfigDoesNotExist,
  ConfigNotAuthorized,
} from '@abaco/access';
import { actorDbid, type ActorId } from '@abaco/contract';
import { ActorNotFound, ActorQueries, AliasNotFound, ConfigNotFound, Configs } from '@abaco/runtime';
import { type ActorRecord, configDbid } from '@abaco/store';
import { UnknownIdentifier } from './errors.js';
import { NEED, type Need, type TargetKind } from './needs.js';
import { type PathParameters, TargetResolver } from './target-resolver.js';
import type { Target } from './target.js';

/**
 * Lets a request through when its caller has what the endpoint declares with `Needs`, and resolves what the path is about. Runs
 * after the access guard; requests without a caller are those of public endpoints.
 */
@Injectable()
export class AuthorizationGuard implements CanActivate {
  constructor(
    private readonly authorization: Authorization,
    private readonly targets: TargetResolver,
    private readonly queries: ActorQueries,
    private readonly configs: Configs,
    private readonly reflector: Reflector,
  ) {}

  /**
   * @throws MissingRole, AdminRequired, NotAuthorized, WorkersAreForAdmins, ActorDoesNotExist, UnknownIdentifier, AliasNotFound,
   * ConfigNotAuthorized, ConfigDoesNotExist
   */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const { caller } = request;
    if (caller === undefined) return true;
    this.authorization.requireRole(caller);
    const need = this.reflector.getAllAndOverride<Need | undefined>(NEED, [context.getHandler(), context.getClass()]);
    if (need === undefined || 'role' in need) {
      if (need?.role !== 'user') this.authorization.requireAdmin(caller);
      return true;
    }
    request.target = await this.resolve(caller, need.on, request.params as PathParameters);
    if (!this.authorization.isAdmin(caller)) await this.judge(caller, need, request.target);
    return true;
  }

  private async resolve(caller: Caller, on: TargetKind, parameters: PathParameters): Promise<Target> {
    try {
      return await this.targets.resolve(caller.tenant, on, parameters);
    } catch (error) {
      if (!(error instanceof AliasNotFound) || this.authorization.isAdmin(caller)) throw error;
      throw new UnknownIdentifier(error.alias); // contract 2.9
    }
  }

  private async judge(
    caller: Caller,
    { action, on }: { action: Action; on: TargetKind },
    target: Target,
  ): Promise<void> {
    switch (on) {
      case 'actor':
        return this.authorization.require(caller, action, await this.actor(caller, target));
      case 'alias':
        return this.authorization.require(caller, action, aliasOf(target), 'alias');
      case 'alias-and-actor':
        this.authorization.require(caller, action, aliasOf(target), 'alias and actor');
        return this.authorization.require(caller, action, await this.actor(caller, target), 'alias and actor');
      case 'config':
        return this.judgeConfig(caller, action, target.config ?? '');
      default:
        return on satisfies never;
    }
  }

  private async judgeConfig(caller: Caller, action: Action, name: string): Promise<void> {
    const config = await this.configs.find(caller.tenant, name).catch((error: unknown) => {
      throw error instanceof ConfigNotFound ? new ConfigDoesNotExist(configDbid(caller.tenant, name)) : error;
    });
    if (!this.authorization.may(caller, action, config)) throw new ConfigNotAuthorized(action);
  }

  private async actor(caller: Caller, { actor }: Target): Promise<ActorRecord> {
    const id = actor ?? ('' as ActorId);
    return this.queries.actor(caller, id).catch((error: unknown) => {
      throw error instanceof ActorNotFound ? new ActorDoesNotExist(actorDbid(caller.tenant, id)) : error;
    });
  }
}

function aliasOf({ alias }: Target): NonNullable<Target['alias']> {
  if (alias === undefined) throw new Error('The path names no alias');
  return alias;
}
