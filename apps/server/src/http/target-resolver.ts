import { Injectable } from '@nestjs/common';
import { type ActorId, isHashId, type TenantId } from '@abaco/contract';
import { AliasNotFound, Aliases } from '@abaco/runtime';
import { UnknownIdentifier } from './errors.js';
import type { TargetKind } from './needs.js';
import type { Target } from './target.js';

/** The parameters of a path. */
export interface PathParameters {
  readonly actor_id?: string;
  readonly alias?: string;
  readonly config?: string;
}

/** Finds out what the path of a request is about (contract 2.0.9). */
@Injectable()
export class TargetResolver {
  constructor(private readonly aliases: Aliases) {}

  /** @throws UnknownIdentifier, AliasNotFound */
  async resolve(
    tenant: TenantId,
    on: TargetKind,
    { actor_id = '', alias = '', config = '' }: PathParameters,
  ): Promise<Target> {
    switch (on) {
      case 'actor':
        return this.actor(tenant, actor_id);
      case 'alias':
      case 'alias-and-actor': {
        const record = await this.aliases.find(tenant, alias);
        return { alias: record, actor: record.actor_id };
      }
      case 'config':
        return { config };
      default:
        return on satisfies never;
    }
  }

  /** A text that can be an id is one, whether there is such an actor or not; every other is an alias. */
  private async actor(tenant: TenantId, identifier: string): Promise<Target> {
    if (isHashId(identifier)) return { actor: identifier as ActorId };
    const alias = await this.aliases.find(tenant, identifier).catch((error: unknown) => {
      throw error instanceof AliasNotFound ? new UnknownIdentifier(identifier) : error;
    });
    return { alias, actor: alias.actor_id };
  }
}
