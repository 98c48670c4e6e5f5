import { Schema } from 'mongoose';
import type { AliasRecord } from './alias-record.js';
import { permissionSchema } from './permission-schema.js';
import { schemaOptions } from './schema-options.js';

export const aliasSchema = new Schema<AliasRecord>(
  {
    _id: { type: String, required: true },
    tenant: { type: String, required: true },
    alias: { type: String, required: true },
    actor_id: { type: String, required: true },
    owner: String,
    permissions: { type: [permissionSchema], required: true },
    create_time: { type: Date, required: true },
  },
  { ...schemaOptions, collection: 'aliases' },
);
aliasSchema.index({ tenant: 1, create_time: 1 });
aliasSchema.index({ tenant: 1, actor_id: 1 });
