import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AccessPolicy, type Caller, InvalidJwt, NoCredentials } from '@abaco/access';
import type { AbacoConfig } from '@abaco/config';
import { ABACO_CONFIG } from '../tokens.js';
import type { QueryParameters } from './query-parameters.js';
import { RequestRate } from './request-rate.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Whom the headers name, once that has been asked. */
    identity?: Promise<Caller>;
  }
}

/** Who sends a request, by its headers. What costs something, a signature, is checked once. */
@Injectable()
export class Identification {
  private readonly acceptNonce: boolean;

  constructor(
    private readonly policy: AccessPolicy,
    private readonly rate: RequestRate,
    @Inject(ABACO_CONFIG) { web }: AbacoConfig,
  ) {
    this.acceptNonce = web.accept_nonce;
  }

  /** @throws NoCredentials, InvalidJwt, and what else the policy throws */
  callerOf(request: FastifyRequest): Promise<Caller> {
    return (request.identity ??= this.ask(request));
  }

  /**
   * Who sends a body that is still to be read.
   * @returns undefined when a nonce will tell, later
   * @throws as `callerOf`, or TooManyRequests
   */
  async senderOf(request: FastifyRequest): Promise<Caller | undefined> {
    try {
      return await this.callerOf(request);
    } catch (error) {
      if (this.nonceInstead(request, error) !== undefined) return undefined;
      await this.rate.admitRefused(request.ip);
      throw error;
    }
  }

  /** A nonce counts where there is no valid token (contract 3.7). */
  nonceInstead({ query }: FastifyRequest, error: unknown): string | undefined {
    if (!this.acceptNonce || !(error instanceof NoCredentials || error instanceof InvalidJwt)) return undefined;
    const { 'x-nonce': nonce } = query as QueryParameters;
    return typeof nonce === 'string' || nonce === undefined ? nonce : nonce[0];
  }

  private async ask({ headers }: FastifyRequest): Promise<Caller> {
    return this.policy.callerOf(headers);
  }
}
