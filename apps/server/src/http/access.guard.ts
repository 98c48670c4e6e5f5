import { type CanActivate, type ExecutionContext, Injectable, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { AccessPolicy, type Caller } from '@abaco/access';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the access guard; missing on endpoints that need no caller. */
    caller?: Caller;
  }
}

const PUBLIC = 'abaco:public';

/** The endpoint answers to everybody, without asking who it is. */
export const Public = (): MethodDecorator & ClassDecorator => SetMetadata(PUBLIC, true);

/** Lets the access policy find out who calls, and remembers it in the request. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly policy: AccessPolicy,
    private readonly reflector: Reflector,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (this.reflector.getAllAndOverride<boolean>(PUBLIC, [context.getHandler(), context.getClass()])) return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    request.caller = await this.policy.callerOf(request.headers);
    return true;
  }
}
