import { Schema } from 'mongoose';
import type { ConfigRecord } from './config-record.js';
import { permissionSchema } from './permission-schema.js';
import { schemaOptions } from './schema-options.js';

export const configSchema = new Schema<ConfigRecord>(
  {
    _id: { type: String, required: true },
    tenant: { type: String, required: true },
    name: { type: String, required: true },
    value: String,
    is_secret: { type: Boolean, required: true },
    actors: String,
    actor_refs: { type: [String], required: true },
    owner: String,
    permissions: { type: [permissionSchema], required: true },
    create_time: { type: Date, required: true },
    last_update_time: { type: Date, required: true },
  },
  { ...schemaOptions, collection: 'configs' },
);
configSchema.index({ tenant: 1, create_time: 1 });
configSchema.index({ tenant: 1, actor_refs: 1 });
