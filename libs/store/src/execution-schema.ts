import { Schema } from 'mongoose';
import type { AttemptRecord, DeadLetterRecord, ExecutionRecord } from './execution-record.js';
import { eventSchema } from './event-schema.js';
import { schemaOptions } from './schema-options.js';

const messageSchema = new Schema(
  {
    kind: { type: String, required: true, enum: ['text', 'json', 'binary', 'stored-text', 'stored-json'] },
    text: String,
    bytes: Number,
    body: String,
  },
  { ...schemaOptions, _id: false },
);

const deadLetterSchema = new Schema<DeadLetterRecord>({ time: Date, expires: Date }, { ...schemaOptions, _id: false });

const variableSchema = new Schema({ name: String, value: String }, { ...schemaOptions, _id: false });

const resourcesSchema = new Schema(
  {
    memory_peak: Number,
    network_received: Number,
    network_sent: Number,
    block_read: Number,
    block_written: Number,
  },
  { ...schemaOptions, _id: false },
);

const attemptSchema = new Schema<AttemptRecord>(
  {
    number: Number,
    worker_id: String,
    host_id: String,
    start_time: Date,
    finish_time: Date,
    exit_code: Number,
    failure: String,
    reason: String,
  },
  { ...schemaOptions, _id: false },
);

/** `final_state` holds what `packJson` makes of it; `idempotency_key` is absent instead of null. */
export const executionSchema = new Schema<ExecutionRecord>(
  {
    _id: { type: String, required: true },
    tenant: { type: String, required: true },
    id: { type: String, required: true },
    actor_id: { type: String, required: true },
    executor: String,
    api_server: String,
    status: { type: String, required: true, enum: ['SUBMITTED', 'RUNNING', 'COMPLETE', 'ERROR'] },
    error: String,
    message: { type: messageSchema, required: true },
    environment: [variableSchema],
    idempotency_key: String,
    message_digest: String,
    event_path: { type: [String], default: undefined },
    pending_events: { type: [eventSchema], default: undefined },
    worker_id: String,
    host_id: String,
    attempt: { type: Number, required: true, min: 0 },
    attempts: { type: [attemptSchema], default: undefined },
    retry_at: Date,
    retry_pause: Number,
    lease_expires: Date,
    halt_requested: Boolean,
    message_received_time: { type: Date, required: true },
    start_time: Date,
    finish_time: Date,
    runtime: Number,
    cpu: Number,
    io: Number,
    resources: { type: resourcesSchema, default: undefined },
    exit_code: Number,
    image_digest: String,
    final_state: Schema.Types.Mixed,
    dead_letter: { type: deadLetterSchema, default: undefined },
    redriven_as: String,
    redrive_of: String,
  },
  { ...schemaOptions, collection: 'executions' },
);
// The summary of an actor; its waiting messages and their number, oldest first.
executionSchema.index({ actor_id: 1, message_received_time: 1, _id: 1 });
executionSchema.index({ actor_id: 1, status: 1, message_received_time: 1 });
executionSchema.index({ host_id: 1, status: 1 });
// What the quotas count.
executionSchema.index({ tenant: 1, status: 1, executor: 1 });
// Actors with work to do. The lease is left out: each renewal would write the index, and few records are RUNNING.
executionSchema.index({ status: 1, actor_id: 1 });
executionSchema.index(
  { actor_id: 1, idempotency_key: 1 },
  { unique: true, partialFilterExpression: { idempotency_key: { $exists: true } } },
);
// The dead letters of an actor, the longest dead first; those whose time is over.
executionSchema.index(
  { actor_id: 1, 'dead_letter.time': 1, _id: 1 },
  { partialFilterExpression: { 'dead_letter.time': { $exists: true } } },
);
executionSchema.index({ 'dead_letter.expires': 1 }, { sparse: true });
// Executions that pause before their next attempt, soonest first.
executionSchema.index({ actor_id: 1, retry_at: 1 }, { partialFilterExpression: { retry_at: { $exists: true } } });
executionSchema.index({ 'pending_events._id': 1 }, { sparse: true });
