import { ApiProperty } from '@nestjs/swagger';
import { AttemptSchema } from './attempt-schemas.js';
import { MailboxLinksSchema, nullableTime, time } from './schema-parts.js';

const executionStatus = { enum: ['SUBMITTED', 'RUNNING', 'COMPLETE', 'ERROR'] };

export class ExecutionSummarySchema {
  @ApiProperty({ example: 'JN0Boakk0VzKX' }) id: string;
  @ApiProperty(executionStatus) status: string;
  @ApiProperty(time) message_received_time: string;
  @ApiProperty(nullableTime) start_time: string | null;
  @ApiProperty(nullableTime) finish_time: string | null;
}

export class ExecutionsSchema {
  @ApiProperty({ example: 'NolBaJ5y6714M' }) actor_id: string;
  @ApiProperty() api_server: string;
  @ApiProperty() owner: string;
  @ApiProperty({ type: 'integer' }) total_executions: number;
  @ApiProperty({ type: 'integer', description: 'Nanoseconds' }) total_cpu: number;
  @ApiProperty({ type: 'integer', description: 'Bytes' }) total_io: number;
  @ApiProperty({ type: 'integer', description: 'Seconds' }) total_runtime: number;
  @ApiProperty({ type: [ExecutionSummarySchema], description: 'In order of creation' }) executions: object[];
  @ApiProperty({ type: MailboxLinksSchema }) _links: MailboxLinksSchema;
}

export class RecordedExecutionSchema {
  @ApiProperty({ type: 'integer', minimum: 0, description: 'Seconds' }) runtime: number;
  @ApiProperty({ type: 'integer', minimum: 0, description: 'Nanoseconds' }) cpu: number;
  @ApiProperty({ type: 'integer', minimum: 0, description: 'Bytes' }) io: number;
}

export class ExecutionLinksSchema {
  @ApiProperty() self: string;
  @ApiProperty({ description: 'Profile of the executor' }) owner: string;
  @ApiProperty() logs: string;
}

const bytes = { type: 'integer', nullable: true } as const;

export class ResourcesSchema {
  @ApiProperty({ ...bytes, description: 'The most memory in use at a time, page cache included' })
  memory_peak: number | null;
  @ApiProperty({ ...bytes, description: 'On the network, loopback left out' }) network_received: number | null;
  @ApiProperty({ ...bytes }) network_sent: number | null;
  @ApiProperty({ ...bytes, description: 'From block devices; what the page cache holds is not read again' })
  block_read: number | null;
  @ApiProperty({ ...bytes }) block_written: number | null;
}

export class ExecutionSchema extends ExecutionSummarySchema {
  @ApiProperty({ example: 'NolBaJ5y6714M' }) actor_id: string;
  @ApiProperty() api_server: string;
  @ApiProperty({ description: 'Who sent the message' }) executor: string;
  @ApiProperty({ nullable: true, type: String }) worker_id: string | null;
  @ApiProperty({ type: 'integer', description: 'Seconds' }) runtime: number;
  @ApiProperty({ type: 'integer', description: 'Nanoseconds' }) cpu: number;
  @ApiProperty({ type: 'integer', description: 'Bytes received on the network' }) io: number;
  @ApiProperty({
    type: ResourcesSchema,
    nullable: true,
    description: 'What it took of the machine, bytes; null before the end, and where it could not be measured',
  })
  resources: ResourcesSchema | null;
  @ApiProperty({ type: 'integer', nullable: true }) exit_code: number | null;
  @ApiProperty({
    type: String,
    nullable: true,
    description:
      'Digest of the image that its container was made of, as its registry knows it; of an image from no registry, its id; of a function, `function:<name>`',
    example: 'sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae',
  })
  image_digest: string | null;
  @ApiProperty({ type: Object, nullable: true, description: "The container engine's last words about the container" })
  final_state: object | null;
  @ApiProperty({ nullable: true, type: String, description: 'Why the status is ERROR' }) error: string | null;
  @ApiProperty({ type: [AttemptSchema], description: 'Attempts that have ended, the last 20 at most' })
  attempts: AttemptSchema[];
  @ApiProperty({ ...nullableTime, description: 'RUNNING, and a failed attempt is repeated: not before this time' })
  retry_at: string | null;
  @ApiProperty({ nullable: true, type: String, description: 'Of a dead letter that was sent again: the new execution' })
  redriven_as: string | null;
  @ApiProperty({ nullable: true, type: String, description: 'The dead letter whose message this is' })
  redrive_of: string | null;
  @ApiProperty({ type: ExecutionLinksSchema }) _links: ExecutionLinksSchema;
}

export class LogsLinksSchema {
  @ApiProperty() self: string;
  @ApiProperty() owner: string;
  @ApiProperty() execution: string;
}

export class LogsSchema {
  @ApiProperty({ description: 'Standard output and error so far; empty when there are none' }) logs: string;
  @ApiProperty({ type: LogsLinksSchema }) _links: LogsLinksSchema;
}
