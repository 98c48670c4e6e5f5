import { Injectable } from '@nestjs/common';
import { Authorization, type Caller, type Resource } from '@abaco/access';
import { includesLevel } from '@abaco/contract';
import { NonceNotFound } from '@abaco/runtime';
import type { NonceRecord } from '@abaco/store';

/**
 * A nonce is shown only to those who may do themselves what it allows: who sees it can use it, and would else gain by reading.
 */
@Injectable()
export class VisibleNonces {
  constructor(private readonly authorization: Authorization) {}

  of(caller: Caller, actor: Resource, nonces: readonly NonceRecord[]): NonceRecord[] {
    const level = this.authorization.level(caller, actor);
    return nonces.filter((nonce) => includesLevel(level, nonce.level));
  }

  /** @throws NonceNotFound */
  require(caller: Caller, actor: Resource, nonce: NonceRecord): void {
    if (this.of(caller, actor, [nonce]).length === 0) throw new NonceNotFound();
  }
}
