import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '@abaco/access';
import type { AbacoConfig } from '@abaco/config';
import { type LetterCase, type LinkPrefixes, Links, toWire } from '@abaco/contract';
import { ABACO_CONFIG } from '../tokens.js';

/** How this instance writes field names (`web.case`, contract 2.0.4) and links (contract 2.0.6). */
@Injectable()
export class WireFormat {
  readonly letterCase: LetterCase;

  private readonly prefixes: LinkPrefixes;

  constructor(@Inject(ABACO_CONFIG) { web }: AbacoConfig) {
    this.letterCase = web.case;
    this.prefixes = { actors: web.actors_prefix, profiles: web.profiles_prefix };
  }

  object(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
    return toWire(fields, this.letterCase);
  }

  /** An item of a list inside an object: it keeps its nulls in camel mode too (contract 2.5.1). */
  item(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
    return toWire(fields, this.letterCase, { keepNulls: true });
  }

  links(caller: Caller): Links {
    return new Links(caller.apiServer, this.prefixes);
  }
}
