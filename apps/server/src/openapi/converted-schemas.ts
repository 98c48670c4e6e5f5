import { ActorDescriptionSchema, ActorSchema, ActorUpdateSchema, RetryPolicySchema } from './actor-schemas.js';
import {
  AttemptSchema,
  DeadLetterSchema,
  DeadLettersSchema,
  DeadLetterSummarySchema,
  RedrivenItemSchema,
  RedrivenSchema,
} from './attempt-schemas.js';
import { ConfigDescriptionSchema, ConfigSchema } from './config-schemas.js';
import { DeliveriesSchema, DeliverySchema } from './delivery-schemas.js';
import { ExecutionSchema, ExecutionSummarySchema, ExecutionsSchema } from './execution-schemas.js';
import {
  AliasDescriptionSchema,
  AliasSchema,
  AliasUpdateSchema,
  NonceDescriptionSchema,
  NonceSchema,
} from './sharing-schemas.js';
import { ScalingSettingsSchema } from './scaling-schema.js';
import { SentMessageSchema } from './message-schemas.js';
import { WorkerSchema } from './worker-schemas.js';

/**
 * Schemas whose own keys are written as `web.case` says: they stand here in snake case, and the document is converted. Keys of nested
 * objects never change (contract 2.0.4).
 */
export const convertedSchemas = [
  ActorDescriptionSchema,
  ActorUpdateSchema,
  RetryPolicySchema,
  ScalingSettingsSchema,
  ActorSchema,
  SentMessageSchema,
  ExecutionSummarySchema,
  ExecutionsSchema,
  AttemptSchema,
  DeadLetterSummarySchema,
  DeadLetterSchema,
  DeadLettersSchema,
  DeliverySchema,
  DeliveriesSchema,
  RedrivenItemSchema,
  RedrivenSchema,
  ExecutionSchema,
  WorkerSchema,
  AliasSchema,
  AliasDescriptionSchema,
  AliasUpdateSchema,
  NonceSchema,
  NonceDescriptionSchema,
  ConfigDescriptionSchema,
  ConfigSchema,
];
