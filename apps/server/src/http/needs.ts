import { SetMetadata } from '@nestjs/common';
import type { Action } from '@abaco/access';

/**
 * What an endpoint needs its caller to be: `user` has a role of Abaco, `admin` the admins' one; the rest is what the caller has
 * to be allowed to do to the actor that the path names.
 */
export type Need = 'user' | 'admin' | Action;

export const NEED = 'abaco:need';

/** Declares what the caller needs. An endpoint that declares nothing is for admins. */
export const Needs = (need: Need): MethodDecorator & ClassDecorator => SetMetadata(NEED, need);
