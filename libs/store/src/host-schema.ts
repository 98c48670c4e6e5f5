import { Schema } from 'mongoose';
import type { HostRecord } from './host-record.js';
import { schemaOptions } from './schema-options.js';

/** No index but `_id`: hosts are few, and each heartbeat would write it. */
export const hostSchema = new Schema<HostRecord>(
  {
    _id: { type: String, required: true },
    ip: String,
    incarnation: { type: String, required: true },
    lease_expires: { type: Date, required: true },
    started: { type: Date, required: true },
  },
  { ...schemaOptions, collection: 'hosts' },
);
