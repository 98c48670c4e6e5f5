/** What a request may name: objects of one tenant that belong together. */
export interface Objects {
  readonly actor: string;
  readonly alias: string;
  readonly config: string;
  readonly execution: string;
  readonly nonce: string;
  readonly aliasNonce: string;
}

/** On what a caller needs how much; `user`: a role of Abaco, `admin`: that of admins. */
export type Needed =
  | { readonly on: 'actor' | 'alias' | 'alias-and-actor' | 'config'; readonly level: 'READ' | 'EXECUTE' | 'UPDATE' }
  | { readonly on: 'role'; readonly level: 'user' | 'admin' }
  /** Workers are for admins, and admins of an actor's nonce need UPDATE. */
  | { readonly on: 'workers' }
  | { readonly on: 'nobody' };

/** One operation of the REST service, and how it is answered when it is allowed. */
export interface Endpoint {
  readonly method: string;
  /** As in the OpenAPI document. */
  readonly path: string;
  readonly needs: Needed;
  readonly body?: (objects: Objects) => Readonly<Record<string, unknown>>;
  /** `message` of the envelope, or the beginning of the body that has none. */
  readonly allowed: string | RegExp;
  /** What holders of nonces are told, where that is special. */
  readonly refusesNonces?: string;
}
