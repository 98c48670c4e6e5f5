import { ApiProperty } from '@nestjs/swagger';
import { failureKinds } from '@abaco/store';
import { nullableTime, time } from './schema-parts.js';

export class AttemptSchema {
  @ApiProperty({ type: 'integer', minimum: 1 }) number: number;
  @ApiProperty({ nullable: true, type: String }) worker_id: string | null;
  @ApiProperty({ nullable: true, type: String }) host_id: string | null;
  @ApiProperty(nullableTime) start_time: string | null;
  @ApiProperty(time) finish_time: string;
  @ApiProperty({ type: 'integer', nullable: true }) exit_code: number | null;
  @ApiProperty({ enum: failureKinds, nullable: true, type: String, description: 'Null: it did not fail, or for good' })
  failure: string | null;
  @ApiProperty({ nullable: true, type: String }) reason: string | null;
}

export class DeadLetterSummarySchema {
  @ApiProperty({ example: 'JN0Boakk0VzKX', description: 'The execution' }) id: string;
  @ApiProperty({ description: 'Who sent the message' }) executor: string;
  @ApiProperty({
    nullable: true,
    type: String,
    example: 'Given up after 3 attempts: The container ended with exit code 1.',
  })
  error: string | null;
  @ApiProperty({ type: 'integer', nullable: true }) exit_code: number | null;
  @ApiProperty({ type: 'integer', description: 'Attempts that were made' }) attempt: number;
  @ApiProperty(time) message_received_time: string;
  @ApiProperty(time) dead_letter_time: string;
  @ApiProperty({ ...nullableTime, description: 'When it is forgotten; null: never' }) expires: string | null;
}

export class DeadLettersLinksSchema {
  @ApiProperty() self: string;
  @ApiProperty() owner: string;
}

export class DeadLettersSchema {
  @ApiProperty({ example: 'NolBaJ5y6714M' }) actor_id: string;
  @ApiProperty() owner: string;
  @ApiProperty({ type: [DeadLetterSummarySchema], description: 'The longest dead first' })
  dead_letters: DeadLetterSummarySchema[];
  @ApiProperty({ type: DeadLettersLinksSchema }) _links: DeadLettersLinksSchema;
}

export class DeadLetterLinksSchema {
  @ApiProperty() self: string;
  @ApiProperty({ description: 'Profile of the executor' }) owner: string;
  @ApiProperty() execution: string;
}

export class DeadLetterSchema extends DeadLetterSummarySchema {
  @ApiProperty({ example: 'NolBaJ5y6714M' }) actor_id: string;
  @ApiProperty({ enum: ['text', 'json', 'binary'] }) message_type: string;
  @ApiProperty({ nullable: true, type: String, description: 'Text, or JSON as it was sent; null: bytes' })
  message: string | null;
  @ApiProperty({ type: [AttemptSchema], description: 'The last 20 at most' }) attempts: AttemptSchema[];
  @ApiProperty({ type: DeadLetterLinksSchema }) _links: DeadLetterLinksSchema;
}

export class RedrivenLinksSchema {
  @ApiProperty() self: string;
}

export class RedrivenItemSchema {
  @ApiProperty({ example: 'JN0Boakk0VzKX', description: 'The dead letter' }) redrive_of: string;
  @ApiProperty({ example: 'K1rBoakk0VzKX', description: 'The execution that runs its message again' })
  execution_id: string;
  @ApiProperty({ type: RedrivenLinksSchema }) _links: RedrivenLinksSchema;
}

export class RedrivenSchema {
  @ApiProperty({ type: [RedrivenItemSchema] }) redriven: RedrivenItemSchema[];
  @ApiProperty({ type: 'integer', description: 'Dead letters that are left' }) remaining: number;
  @ApiProperty({ type: RedrivenLinksSchema }) _links: RedrivenLinksSchema;
}
