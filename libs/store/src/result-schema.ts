import { Schema } from 'mongoose';
import type { ExecutionDbid } from '@abaco/contract';
import { schemaOptions } from './schema-options.js';

/** One datagram that an actor sent over its results socket. */
export interface ResultEntry {
  readonly execution: ExecutionDbid;
  readonly attempt: number;
  /** From 0; orders the results of one attempt. */
  readonly seq: number;
  readonly data: Buffer;
  readonly expires: Date;
}

export const resultSchema = new Schema<ResultEntry>(
  {
    execution: { type: String, required: true },
    attempt: { type: Number, required: true },
    seq: { type: Number, required: true },
    data: Buffer, // not `required`: that refuses empty ones too
    expires: { type: Date, required: true },
  },
  { ...schemaOptions, collection: 'results' },
);
resultSchema.index({ execution: 1, attempt: 1, seq: 1 }, { unique: true });
resultSchema.index({ expires: 1 }, { expireAfterSeconds: 0 });
