import { ApiProperty } from '@nestjs/swagger';
import { nullableTime, time } from './schema-parts.js';

export class DeliverySchema {
  @ApiProperty({ description: 'The same for link and webhook; `webhook-id` of what a webhook gets' }) event_id: string;
  @ApiProperty({ enum: ['ACTOR_READY', 'ACTOR_ERROR', 'EXECUTION_COMPLETE'] }) event_type: string;
  @ApiProperty(time) event_time: string;
  @ApiProperty({ nullable: true, type: String, description: 'Of events of executions' }) execution_id: string | null;
  @ApiProperty({ enum: ['link', 'webhook'] }) target: string;
  @ApiProperty({ example: 'https://example.org/hook', description: 'Id of the linked actor, or URL without its query' })
  address: string;
  @ApiProperty({ enum: ['WAITING', 'DELIVERED', 'FAILED'], description: 'FAILED: given up' }) status: string;
  @ApiProperty({ type: 'integer', description: 'Attempts that were made' }) attempts: number;
  @ApiProperty({ nullable: true, type: String, example: 'Status 503.', description: 'Of the last attempt that failed' })
  last_error: string | null;
  @ApiProperty({
    ...nullableTime,
    description: 'Null: it is over, or waits for an earlier delivery to the same target',
  })
  next_attempt_time: string | null;
  @ApiProperty(nullableTime) delivered_time: string | null;
  @ApiProperty({ ...nullableTime, description: 'When it is forgotten' }) expires: string | null;
}

export class DeliveriesLinksSchema {
  @ApiProperty() self: string;
  @ApiProperty() owner: string;
}

export class DeliveriesSchema {
  @ApiProperty({ example: 'NolBaJ5y6714M' }) actor_id: string;
  @ApiProperty() owner: string;
  @ApiProperty({ type: [DeliverySchema], description: 'The newest first' }) deliveries: DeliverySchema[];
  @ApiProperty({ type: DeliveriesLinksSchema }) _links: DeliveriesLinksSchema;
}
