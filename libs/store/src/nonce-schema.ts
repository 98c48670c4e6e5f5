import { permissionLevels } from '@abaco/contract';
import { Schema } from 'mongoose';
import type { StoredNonce } from './nonce-record.js';
import { schemaOptions } from './schema-options.js';

export const nonceSchema = new Schema<StoredNonce>(
  {
    _id: { type: String, required: true },
    sealed: { type: String },
    tenant: { type: String, required: true },
    target: { type: String, required: true },
    alias: String,
    owner: { type: String, required: true },
    roles: [String],
    api_server: String,
    level: { type: String, required: true, enum: permissionLevels },
    description: String,
    max_uses: { type: Number, required: true },
    current_uses: { type: Number, required: true },
    remaining_uses: { type: Number, required: true },
    create_time: { type: Date, required: true },
    last_use_time: Date,
  },
  { ...schemaOptions, collection: 'nonces' },
);
nonceSchema.index({ target: 1, create_time: 1 });
