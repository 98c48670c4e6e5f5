import { Injectable, type PipeTransform } from '@nestjs/common';
import { type ActorId, isHashId } from '@abaco/contract';
import { UnknownIdentifier } from './errors.js';

/** The `{actor_id}` of a path. @throws UnknownIdentifier for what cannot be an actor id (contract 2.0.9) */
@Injectable()
export class ActorIdPipe implements PipeTransform<string, ActorId> {
  transform(identifier: string): ActorId {
    if (!isHashId(identifier)) throw new UnknownIdentifier(identifier);
    return identifier as ActorId;
  }
}
