import { Injectable } from '@nestjs/common';
import type { ConfigRecord } from '@abaco/store';
import { WireFormat } from './wire-format.js';

/** The config object of the API (contract 2.10). Of a secret the record itself has only the ciphertext. */
@Injectable()
export class ConfigPresenter {
  constructor(private readonly wire: WireFormat) {}

  config({ name, value, is_secret, actors }: ConfigRecord): Record<string, unknown> {
    return this.wire.object({ name, value, is_secret, actors });
  }
}
