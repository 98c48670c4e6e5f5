import { Schema } from 'mongoose';
import type { ClientRecord } from './client-record.js';
import { schemaOptions } from './schema-options.js';

export const clientSchema = new Schema<ClientRecord>(
  {
    _id: { type: String, required: true },
    tenant: { type: String, required: true },
    actor_id: { type: String, required: true },
    worker_id: { type: String, required: true },
    client_key: { type: String, required: true },
    client_name: { type: String, required: true },
    client_secret: { type: String, required: true },
    refresh_token: { type: String, required: true },
    create_time: { type: Date, required: true },
  },
  { ...schemaOptions, collection: 'clients' },
);
clientSchema.index({ tenant: 1, worker_id: 1 });
