import type { ActorId, ExecutionId } from './ids.js';

/** The paths under which a gateway publishes the service (contract 2.0.6). */
export interface LinkPrefixes {
  /** Default `/actors/v2`. */
  readonly actors: string;
  /** Default `/profiles/v2`. */
  readonly profiles: string;
}

export const defaultLinkPrefixes: LinkPrefixes = { actors: '/actors/v2', profiles: '/profiles/v2' };

/** The absolute URLs of `_links` (contract 2.0.6). */
export class Links {
  private readonly actors: string;
  private readonly profiles: string;

  /** @param apiServer public base URL of the tenant, with or without a slash at its end */
  constructor(apiServer: string, prefixes: LinkPrefixes = defaultLinkPrefixes) {
    const base = apiServer.replace(/\/+$/, '');
    this.actors = base + prefixes.actors;
    this.profiles = base + prefixes.profiles;
  }

  profile(user: string): string {
    return `${this.profiles}/${encodeURIComponent(user)}`;
  }

  actor(actor: ActorId): string {
    return `${this.actors}/${actor}`;
  }

  messages(actor: ActorId): string {
    return `${this.actor(actor)}/messages`;
  }

  executions(actor: ActorId): string {
    return `${this.actor(actor)}/executions`;
  }

  execution(actor: ActorId, execution: ExecutionId): string {
    return `${this.executions(actor)}/${execution}`;
  }

  logs(actor: ActorId, execution: ExecutionId): string {
    return `${this.execution(actor, execution)}/logs`;
  }

  deliveries(actor: ActorId): string {
    return `${this.actor(actor)}/deliveries`;
  }

  deadLetters(actor: ActorId): string {
    return `${this.actor(actor)}/dead_letters`;
  }

  deadLetter(actor: ActorId, execution: ExecutionId): string {
    return `${this.deadLetters(actor)}/${execution}`;
  }

  nonce(actor: ActorId, nonce: string): string {
    return `${this.actor(actor)}/nonces/${encodeURIComponent(nonce)}`;
  }

  aliasNonce(alias: string, nonce: string): string {
    return `${this.alias(alias)}/nonces/${encodeURIComponent(nonce)}`;
  }

  alias(alias: string): string {
    return `${this.actors}/aliases/${encodeURIComponent(alias)}`;
  }
}
