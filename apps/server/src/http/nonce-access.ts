import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { type Caller, levelOf } from '@abaco/access';
import { NonceRefused, Nonces, type NonceTarget } from '@abaco/runtime';
import { fingerprint } from '../audit/audit-record.js';
import { NonceNotApplicable } from './errors.js';
import type { Need } from './needs.js';
import { type PathParameters, TargetResolver } from './target-resolver.js';

/** Lets a request in by the nonce in its query (contract 3.7). */
@Injectable()
export class NonceAccess {
  constructor(
    private readonly nonces: Nonces,
    private readonly targets: TargetResolver,
  ) {}

  /**
   * Redeems the nonce for what the endpoint needs; a use is counted even if the request fails later.
   * @param need undefined: the endpoint is for admins
   * @throws NonceRefused, NonceNotApplicable, UnknownIdentifier, AliasNotFound
   */
  async callerOf(nonce: string, need: Need | undefined, request: FastifyRequest): Promise<Caller> {
    const isSearch = request.routeOptions.url?.startsWith('/actors/search/') ?? false;
    if (isSearch) throw NonceNotApplicable.toSearch();
    if (need === undefined || 'role' in need || need.on === 'config') throw new NonceNotApplicable();
    const tenant = this.nonces.tenantOf(nonce);
    const { actor, alias } = await this.targets.resolve(tenant, need.on, request.params as PathParameters);
    const target: NonceTarget | undefined = alias ? { tenant, alias: alias.alias } : actor && { tenant, actor };
    if (target === undefined) throw NonceRefused.unknown();
    const caller = await this.nonces.redeem(nonce, target, levelOf[need.action] ?? 'UPDATE');
    return { ...caller, credential: { kind: 'nonce', id: fingerprint(nonce) } };
  }
}
