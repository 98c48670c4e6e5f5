import { type CanActivate, type ExecutionContext, Inject, Injectable, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { AccessPolicy, type Caller, InvalidJwt, NoCredentials } from '@abaco/access';
import type { AbacoConfig } from '@abaco/config';
import { ABACO_CONFIG } from '../tokens.js';
import { NEED, type Need } from './needs.js';
import { NonceAccess } from './nonce-access.js';
import type { QueryParameters } from './request-fields.js';
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
  private readonly acceptNonce: boolean;

  constructor(
    private readonly policy: AccessPolicy,
    private readonly nonces: NonceAccess,
    private readonly rate: RequestRate,
    private readonly reflector: Reflector,
    @Inject(ABACO_CONFIG) { web }: AbacoConfig,
  ) {
    this.acceptNonce = web.accept_nonce;
  }

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

  /** A nonce counts where there is no valid token (contract 3.7). */
  private async identify(request: FastifyRequest, need: Need | undefined): Promise<Caller> {
    try {
      return await this.policy.callerOf(request.headers);
    } catch (error) {
      const nonce = this.acceptNonce ? nonceOf(request.query as QueryParameters) : undefined;
      if (nonce === undefined || !(error instanceof NoCredentials || error instanceof InvalidJwt)) throw error;
      return this.nonces.callerOf(nonce, need, request);
    }
  }
}

const nonceOf = ({ 'x-nonce': nonce }: QueryParameters): string | undefined =>
  typeof nonce === 'string' || nonce === undefined ? nonce : nonce[0];
