import { Schema } from 'mongoose';
import type { ImageRecord } from './image-record.js';
import { schemaOptions } from './schema-options.js';

export const imageSchema = new Schema<ImageRecord>(
  {
    _id: { type: String, required: true },
    host_id: { type: String, required: true },
    image_id: String,
    previous_id: String,
    names: { type: [String], required: true },
    private: { type: Boolean, required: true },
    tenants: { type: [String], required: true },
    bytes: { type: Number, required: true },
    last_used: { type: Date, required: true },
  },
  { ...schemaOptions, collection: 'images' },
);
imageSchema.index({ host_id: 1, last_used: 1 });
