import { Schema } from 'mongoose';
import { schemaOptions } from './schema-options.js';
import type { StatisticsRecord } from './statistics-record.js';

export const statisticsSchema = new Schema<StatisticsRecord>(
  {
    _id: { type: String, required: true },
    tenant: { type: String, required: true },
    day: { type: String, required: true },
    actor_total: Number,
  },
  { ...schemaOptions, collection: 'statistics' },
);
statisticsSchema.index({ tenant: 1 });
