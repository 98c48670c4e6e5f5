import { Schema } from 'mongoose';
import { faultCauses, type ActorFault } from './actor-fault.js';
import type { ActorRecord, MountRecord } from './actor-record.js';
import { eventSchema } from './event-schema.js';
import { permissionSchema } from './permission-schema.js';
import { failureKinds, type RetryPolicy } from './retry-policy.js';
import { schemaOptions } from './schema-options.js';
import type { ScalingSettings } from './scaling-settings.js';

const mountSchema = new Schema<MountRecord>(
  { host_path: String, container_path: String, mode: { type: String, enum: ['ro', 'rw'] } },
  { ...schemaOptions, _id: false },
);

const retryPolicySchema = new Schema<RetryPolicy>(
  {
    max_attempts: Number,
    backoff_seconds: Number,
    backoff_factor: Number,
    max_backoff_seconds: Number,
    retry_on: [{ type: String, enum: failureKinds }],
  },
  { ...schemaOptions, _id: false },
);

const faultSchema = new Schema<ActorFault>(
  { cause: { type: String, enum: faultCauses }, tries: Number, retry_at: Date },
  { ...schemaOptions, _id: false },
);

const scalingSchema = new Schema<ScalingSettings>(
  {
    min_workers: Number,
    messages_per_worker: Number,
    scale_up_age: Number,
    scale_up_step: Number,
    scale_up_cooldown: Number,
    worker_ttl: Number,
  },
  { ...schemaOptions, _id: false },
);

/** `state` and `default_environment` hold what `packJson` makes of them. */
export const actorSchema = new Schema<ActorRecord>(
  {
    _id: { type: String, required: true },
    tenant: { type: String, required: true },
    id: { type: String, required: true },
    name: String,
    image: { type: String, required: true },
    description: String,
    owner: String,
    owner_limited: Boolean,
    permissions: { type: [permissionSchema], required: true },
    revision: { type: Number, required: true, min: 1 },
    version: { type: Number, required: true, min: 0 },
    status: { type: String, required: true, enum: ['SUBMITTED', 'READY', 'ERROR', 'SHUTTING_DOWN'] },
    status_message: String,
    fault: { type: faultSchema, default: undefined },
    stateless: { type: Boolean, required: true },
    state: Schema.Types.Mixed,
    type: { type: String },
    token: Schema.Types.Mixed,
    link: String,
    webhook: String,
    hints: [String],
    default_environment: Schema.Types.Mixed,
    privileged: Boolean,
    queue: String,
    max_workers: Number,
    mem_limit: String,
    max_cpus: Number,
    use_container_uid: Boolean,
    uid: String,
    gid: String,
    tasdir: String,
    mounts: [mountSchema],
    network: { type: String, enum: ['bridge', 'none', 'host', null] },
    use_init: Boolean,
    message_format: { type: String, enum: ['python', 'json', null] },
    max_run_time: Number,
    log_ex: Number,
    retry_policy: retryPolicySchema,
    scaling: scalingSchema,
    cron_on: Boolean,
    cron_schedule: String,
    cron_next_ex: String,
    cron_start: Date,
    cron_due: Date,
    pending_events: { type: [eventSchema], default: undefined },
    api_server: String,
    create_time: { type: Date, required: true },
    last_update_time: { type: Date, required: true },
  },
  { ...schemaOptions, collection: 'actors' },
);
actorSchema.index({ tenant: 1, create_time: 1 });
actorSchema.index({ tenant: 1, 'permissions.user': 1, create_time: 1 });
actorSchema.index({ status: 1 });
actorSchema.index({ cron_due: 1 });
// Actors in ERROR that are tried again.
actorSchema.index({ 'fault.retry_at': 1 }, { sparse: true });
actorSchema.index({ 'scaling.min_workers': 1 }, { sparse: true });
actorSchema.index({ 'pending_events._id': 1 }, { sparse: true });
