import { SetMetadata } from '@nestjs/common';
import type { Action } from '@abaco/access';

/** What the path of an endpoint names: `{actor_id}`, `{alias}`, the alias with the actor behind it, or `{config}`. */
export type TargetKind = 'actor' | 'alias' | 'alias-and-actor' | 'config';

/**
 * What an endpoint needs its caller to be: `user` has a role of Abaco, `admin` the admins' one; the rest is what the caller has
 * to be allowed to do to what the path names.
 */
export type Need = { readonly role: 'user' | 'admin' } | { readonly action: Action; readonly on: TargetKind };

export const NEED = 'abaco:need';

/** Declares what the caller needs. An endpoint that declares nothing is for admins. */
export const Needs = (need: 'user' | 'admin' | Action, on: TargetKind = 'actor'): MethodDecorator & ClassDecorator =>
  SetMetadata<string, Need>(NEED, need === 'user' || need === 'admin' ? { role: need } : { action: need, on });
