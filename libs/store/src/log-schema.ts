import { Schema } from 'mongoose';
import type { ActorDbid, ExecutionDbid, TenantId } from '@abaco/contract';
import { schemaOptions } from './schema-options.js';
import { unjournaled } from './write-concern.js';

/** A piece of the log of one attempt. */
export interface LogChunk {
  readonly execution: ExecutionDbid;
  readonly actor: ActorDbid;
  readonly tenant: TenantId;
  readonly attempt: number;
  /** From 0; orders the chunks of one attempt. */
  readonly seq: number;
  readonly text: string;
  /** Of `text` in UTF-8; the store counts them. Missing in chunks of before quotas, which count as nothing. */
  readonly bytes?: number;
  /** null = never. */
  readonly expires: Date | null;
}

export const logSchema = new Schema<LogChunk>(
  {
    execution: { type: String, required: true },
    actor: { type: String, required: true },
    tenant: { type: String, required: true },
    attempt: { type: Number, required: true },
    seq: { type: Number, required: true },
    text: String,
    bytes: Number,
    expires: Date,
  },
  { ...schemaOptions, ...unjournaled, collection: 'logs' },
);
logSchema.index({ execution: 1, attempt: 1, seq: 1 }, { unique: true });
logSchema.index({ actor: 1 });
// What the quota sums up, without reading texts.
logSchema.index({ tenant: 1, bytes: 1 });
logSchema.index({ expires: 1 }, { expireAfterSeconds: 0 });
