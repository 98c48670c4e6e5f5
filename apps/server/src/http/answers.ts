import { Inject, Injectable } from '@nestjs/common';
import type { AbacoConfig } from '@abaco/config';
import { errorEnvelope, type Envelope, successEnvelope } from '@abaco/contract';
import { ABACO_CONFIG } from '../tokens.js';

/** Puts what a controller answers into the envelope of this instance (contract 2.0.1). */
@Injectable()
export class Answers {
  private readonly version: string;

  constructor(@Inject(ABACO_CONFIG) config: AbacoConfig) {
    this.version = config.general.TAG;
  }

  success<T>(result: T, message?: string): Envelope<T> {
    return successEnvelope(this.version, result, message);
  }

  error(message: string): Envelope<null> {
    return errorEnvelope(this.version, message);
  }
}
