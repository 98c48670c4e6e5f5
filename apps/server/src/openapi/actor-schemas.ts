import { ApiProperty, OmitType } from '@nestjs/swagger';
import { failureKinds } from '@abaco/store';
import { ScalingSettingsSchema } from './scaling-schema.js';
import { anyJson, time } from './schema-parts.js';

export class MountSchema {
  @ApiProperty({ example: '/data1' }) host_path: string;
  @ApiProperty({ example: '/_abaco_data1' }) container_path: string;
  @ApiProperty({ enum: ['ro', 'rw'] }) mode: string;
}

export class ActorLinksSchema {
  @ApiProperty({ example: 'https://api.example.org/actors/v2/NolBaJ5y6714M' }) self: string;
  @ApiProperty({ example: 'https://api.example.org/profiles/v2/jdoe' }) owner: string;
  @ApiProperty({ example: 'https://api.example.org/actors/v2/NolBaJ5y6714M/executions' }) executions: string;
}

export class RetryPolicySchema {
  @ApiProperty({ required: false, type: 'integer', minimum: 1, maximum: 1000, description: 'The first one included' })
  max_attempts: number;
  @ApiProperty({
    required: false,
    default: 1,
    minimum: 0,
    maximum: 86400,
    description: 'Pause after the first failure',
  })
  backoff_seconds: number;
  @ApiProperty({
    required: false,
    default: 2,
    minimum: 1,
    maximum: 100,
    description: 'Each pause is so many times the last',
  })
  backoff_factor: number;
  @ApiProperty({ required: false, default: 300, minimum: 0, maximum: 86400, description: 'Longest pause' })
  max_backoff_seconds: number;
  @ApiProperty({ isArray: true, enum: failureKinds, description: 'Failures that are repeated' })
  retry_on: string[];
}

/** What may be said when registering an actor. */
export class ActorDescriptionSchema {
  @ApiProperty({ description: 'Container image; pulled when the first worker starts', example: 'abacosamples/wc' })
  image: string;
  @ApiProperty({ required: false, nullable: true, type: String, description: 'Free text, need not be unique' })
  name: string | null;
  @ApiProperty({ required: false, default: '' }) description: string;
  @ApiProperty({ required: false, default: true, description: 'false: the actor has a state, and at most one worker' })
  stateless: boolean;
  @ApiProperty({ required: false, default: {}, type: Object, description: 'First state of a stateful actor' })
  state: object;
  @ApiProperty({ required: false, default: 'none', description: 'For people: none, bin or json' }) type: string;
  @ApiProperty({ required: false, description: 'Whether the actor wants an access token. Default: web.default_token' })
  token: boolean;
  @ApiProperty({
    required: false,
    default: '',
    description: "Id or alias of the actor that receives this actor's events as messages",
  })
  link: string;
  @ApiProperty({
    required: false,
    default: '',
    maxLength: 2_048,
    description: "http or https URL that this actor's events are posted to",
  })
  webhook: string;
  @ApiProperty({ required: false, type: [String], default: [], description: 'Free tags without quotes and brackets' })
  hints: string[];
  @ApiProperty({ required: false, type: Object, default: {}, description: 'Environment variables of every execution' })
  default_environment: object;
  @ApiProperty({ required: false, default: false, description: 'Whether containers run privileged' })
  privileged: boolean;
  @ApiProperty({ required: false, default: 'default', description: 'One of spawner.host_queues and web.all_queues' })
  queue: string;
  @ApiProperty({
    required: false,
    nullable: true,
    type: 'integer',
    minimum: 1,
    description: 'Most workers; stateless actors only',
  })
  max_workers: number | null;
  @ApiProperty({
    required: false,
    nullable: true,
    type: String,
    example: '512m',
    description: 'Memory of a container; -1: unlimited',
  })
  mem_limit: string | null;
  @ApiProperty({
    required: false,
    nullable: true,
    type: 'integer',
    description: 'Nano-CPUs: 1000000000 is one CPU; -1: unlimited',
  })
  max_cpus: number | null;
  @ApiProperty({ required: false, default: false, description: "Whether containers run as the image's own user" })
  use_container_uid: boolean;
  @ApiProperty({
    required: false,
    nullable: true,
    type: String,
    enum: ['bridge', 'none', 'host'],
    description: 'Network of the containers, at most what the tenant may have, which is the default',
  })
  network: 'bridge' | 'none' | 'host' | null;
  @ApiProperty({
    required: false,
    nullable: true,
    type: Boolean,
    description: 'Whether an init is process 1 of the containers and ends zombies; default: as the instance says',
  })
  use_init: boolean | null;
  @ApiProperty({
    required: false,
    nullable: true,
    type: String,
    enum: ['python', 'json'],
    description:
      'How JSON messages, state and configs are written into the environment; default: as the tenant says, which is `python`',
  })
  message_format: 'python' | 'json' | null;
  @ApiProperty({
    required: false,
    nullable: true,
    type: 'integer',
    minimum: 1,
    maximum: 2_147_483,
    description: "Seconds that an execution may run, at most the tenant's, which is the default",
  })
  max_run_time: number | null;
  @ApiProperty({ required: false, nullable: true, type: 'integer', description: 'Seconds after which logs expire' })
  log_ex: number | null;
  @ApiProperty({
    required: false,
    nullable: true,
    type: RetryPolicySchema,
    description:
      'Which failures are repeated, how often and when; null: those of the infrastructure, as often as `workers.max_attempts` says',
  })
  retry_policy: RetryPolicySchema | null;
  @ApiProperty({
    required: false,
    nullable: true,
    type: ScalingSettingsSchema,
    description:
      'How workers follow messages, for admins and privileged users; what is null, or all of it, is as the tenant says. ' +
      'The most workers are `max_workers`',
  })
  scaling: ScalingSettingsSchema | null;
  @ApiProperty({
    required: false,
    nullable: true,
    type: String,
    example: '2078-09-06 20 + 3 months',
    description: '`<yyyy>-<mm>-<dd> <hh> + <number> <unit>`, `now + ...`, or a cron expression of five fields; UTC',
  })
  cron_schedule: string | null;
  @ApiProperty({ required: false, description: 'Whether the schedule runs; on when an actor is registered with one' })
  cron_on: boolean;
}

/** What may be said when updating an actor. */
export class ActorUpdateSchema extends OmitType(ActorDescriptionSchema, ['name', 'state'] as const) {
  @ApiProperty({ required: false, type: Object, description: 'New state; the old one stays when none is sent' })
  state: object;
  @ApiProperty({ required: false, default: false, description: 'Makes a new revision even of the same image' })
  force: boolean;
}

export class ActorSchema extends OmitType(ActorDescriptionSchema, ['token', 'state']) {
  @ApiProperty({ oneOf: [{ type: 'boolean' }, { type: 'string' }], description: 'A text when it was not said' })
  token: boolean | string;
  @ApiProperty(anyJson) state: unknown;
  @ApiProperty({ example: 'NolBaJ5y6714M' }) id: string;
  @ApiProperty({ example: 'anonymous' }) owner: string;
  @ApiProperty({ type: 'integer', description: 'From 1; grows with every update of the image' }) revision: number;
  @ApiProperty({ enum: ['SUBMITTED', 'READY', 'ERROR', 'SHUTTING_DOWN'] }) status: string;
  @ApiProperty({ nullable: true, type: String, description: 'Why the status is ERROR' }) status_message: string | null;
  @ApiProperty({ nullable: true, type: String }) uid: string | null;
  @ApiProperty({ nullable: true, type: String }) gid: string | null;
  @ApiProperty({ nullable: true, type: String }) tasdir: string | null;
  @ApiProperty({ type: [MountSchema] }) mounts: MountSchema[];
  @ApiProperty({ nullable: true, type: String }) cron_next_ex: string | null;
  @ApiProperty(time) create_time: string;
  @ApiProperty(time) last_update_time: string;
  @ApiProperty({ type: ActorLinksSchema }) _links: ActorLinksSchema;
}

export class StateSchema {
  @ApiProperty(anyJson) state: unknown;
}
