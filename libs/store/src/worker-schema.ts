import { Schema } from 'mongoose';
import { workerPredecessors } from '@abaco/contract';
import { schemaOptions } from './schema-options.js';
import type { WorkerRecord } from './worker-record.js';

export const workerSchema = new Schema<WorkerRecord>(
  {
    _id: { type: String, required: true },
    tenant: { type: String, required: true },
    id: { type: String, required: true },
    actor_id: { type: String, required: true },
    slot: { type: Number, required: true, min: 0 },
    revision: { type: Number, required: true },
    status: { type: String, required: true, enum: Object.keys(workerPredecessors) },
    image: String,
    ch_name: String,
    location: String,
    cid: String,
    host_id: String,
    host_ip: String,
    create_time: { type: Date, required: true },
    last_execution_time: Date,
    last_health_check_time: Date,
  },
  { ...schemaOptions, collection: 'workers' },
);
workerSchema.index({ actor_id: 1, slot: 1 }, { unique: true });
workerSchema.index({ host_id: 1 });
