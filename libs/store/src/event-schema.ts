import { Schema } from 'mongoose';
import type { DeliveryRecord, EventRecord, LaneRecord } from './event-record.js';
import { schemaOptions } from './schema-options.js';

export const eventSchema = new Schema<EventRecord>(
  {
    _id: { type: String, required: true },
    type: { type: String, required: true, enum: ['ACTOR_READY', 'ACTOR_ERROR', 'EXECUTION_COMPLETE'] },
    tenant: { type: String, required: true },
    actor_id: { type: String, required: true },
    time: { type: Date, required: true },
    link: String,
    webhook: String,
    path: [String],
    api_server: String,
    payload: { type: String, required: true },
  },
  schemaOptions,
);

export const deliverySchema = new Schema<DeliveryRecord>(
  {
    _id: { type: String, required: true },
    event: { type: eventSchema, required: true },
    target: { type: String, required: true, enum: ['link', 'webhook'] },
    lane: { type: String, required: true },
    status: { type: String, required: true, enum: ['WAITING', 'DELIVERED', 'FAILED'] },
    attempts: { type: Number, required: true },
    last_error: String,
    created: { type: Date, required: true },
    delivered_time: Date,
    expires: Date,
  },
  { ...schemaOptions, collection: 'event_deliveries' },
);
deliverySchema.index({ lane: 1, status: 1, created: 1, 'event.time': 1 });
deliverySchema.index({ 'event.actor_id': 1, created: -1, _id: -1 });
deliverySchema.index({ expires: 1 }, { expireAfterSeconds: 0 });

export const laneSchema = new Schema<LaneRecord>(
  {
    _id: { type: String, required: true },
    target: { type: String, required: true, enum: ['link', 'webhook'] },
    version: { type: String, required: true },
    next_try: { type: Date, required: true },
    holder: String,
    host_id: String,
    lease_expires: Date,
  },
  { ...schemaOptions, collection: 'event_lanes' },
);
laneSchema.index({ target: 1, next_try: 1 });
