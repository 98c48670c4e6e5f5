import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { type Action, ActorDoesNotExist, Authorization, type Caller } from '@abaco/access';
import { actorDbid } from '@abaco/contract';
import { ActorNotFound, ActorQueries } from '@abaco/runtime';
import { NEED, type Need } from './needs.js';
import { ActorIdPipe } from './path-identifiers.js';

/**
 * Lets a request through when its caller has what the endpoint declares with `Needs`. Runs after the access guard; requests
 * without a caller are those of public endpoints.
 */
@Injectable()
export class AuthorizationGuard implements CanActivate {
  private readonly identifiers = new ActorIdPipe();

  constructor(
    private readonly authorization: Authorization,
    private readonly queries: ActorQueries,
    private readonly reflector: Reflector,
  ) {}

  /** @throws MissingRole, AdminRequired, NotAuthorized, WorkersAreForAdmins, ActorDoesNotExist, UnknownIdentifier */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { caller, params } = context.switchToHttp().getRequest<FastifyRequest>();
    if (caller === undefined) return true;
    this.authorization.requireRole(caller);
    if (this.authorization.isAdmin(caller)) return true;
    const need = this.reflector.getAllAndOverride<Need | undefined>(NEED, [context.getHandler(), context.getClass()]);
    switch (need) {
      case 'user':
        return true;
      case undefined:
      case 'admin':
        this.authorization.requireAdmin(caller);
        return true;
      default:
        await this.requireOnActor(caller, need, (params as { actor_id?: string }).actor_id ?? '');
        return true;
    }
  }

  private async requireOnActor(caller: Caller, action: Action, identifier: string): Promise<void> {
    const id = this.identifiers.transform(identifier);
    const { tenant, owner } = await this.queries.actor(caller, id).catch((error: unknown) => {
      throw error instanceof ActorNotFound ? new ActorDoesNotExist(actorDbid(caller.tenant, id)) : error;
    });
    this.authorization.require(caller, action, { kind: 'actor', tenant, owner });
  }
}
