import { type CanActivate, type ExecutionContext, Injectable, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '@abaco/access';
import { Identification } from './identification.js';
import { NEED, type Need } from './needs.js';
import { NonceAccess } from './nonce-access.js';
import { RequestRate } from './request-rate.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the access guard; missing on endpoints that need no caller. */
    caller?: Caller;
  }
}

const PUBLIC = 'abaco:public';

/** The endpoint answers to everybody, without asking who it is. */
export const Public = (): MethodDecorator & ClassDecorator => SetMetadata(PUBLIC, true);

/** Finds out who calls, by token or else by nonce, and remembers it in the request. Too many requests end here. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly identification: Identification,
    private readonly nonces: NonceAccess,
    private readonly rate: RequestRate,
    private readonly reflector: Reflector,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const places = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean>(PUBLIC, places)) return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const need = this.reflector.getAllAndOverride<Need | undefined>(NEED, places);
    request.caller = await this.identify(request, need).catch(async (error: unknown) => {
      await this.rate.admitRefused(request.ip);
      throw error;
    });
    await this.rate.admit(request.caller.tenant);
    return true;
  }

  private async identify(request: FastifyRequest, need: Need | undefined): Promise<Caller> {
    try {
      return await this.identification.callerOf(request);
    } catch (error) {
      const nonce = this.identification.nonceInstead(request, error);
      if (nonce === undefined) throw error;
      return this.nonces.callerOf(nonce, need, request);
    }
  }
}
