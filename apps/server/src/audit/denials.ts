import {
  ActorDoesNotExist,
  AdminRequired,
  ConfigDoesNotExist,
  ConfigNotAuthorized,
  InvalidJwt,
  MissingRole,
  NoCredentials,
  NotAuthorized,
  RestrictedField,
  WorkersAreForAdmins,
} from '@abaco/access';
import { ConfigActorRefused, NonceRefused } from '@abaco/runtime';
import { NonceNotApplicable, UnknownIdentifier } from '../http/errors.js';
import { NoAccessToAliasedActor } from '../sharing/errors.js';

/** Errors that say: you may not. What somebody may not know of is among them, since it is answered as if it were not there. */
const denials = [
  NoCredentials,
  InvalidJwt,
  NonceRefused,
  NonceNotApplicable,
  MissingRole,
  AdminRequired,
  NotAuthorized,
  WorkersAreForAdmins,
  RestrictedField,
  ActorDoesNotExist,
  UnknownIdentifier,
  ConfigNotAuthorized,
  ConfigDoesNotExist,
  ConfigActorRefused,
  NoAccessToAliasedActor,
];

export const isDenial = (error: unknown): boolean => denials.some((denial) => error instanceof denial);
