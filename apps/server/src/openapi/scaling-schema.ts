import { ApiProperty } from '@nestjs/swagger';

export class ScalingSettingsSchema {
  @ApiProperty({
    required: false,
    nullable: true,
    type: 'integer',
    minimum: 0,
    maximum: 100_000,
    description: 'Workers that stay although nothing waits',
  })
  min_workers: number | null;
  @ApiProperty({
    required: false,
    nullable: true,
    type: 'integer',
    minimum: 1,
    maximum: 1_000_000,
    description: 'Messages, waiting and running, for each of which there is one worker',
  })
  messages_per_worker: number | null;
  @ApiProperty({
    required: false,
    nullable: true,
    type: 'integer',
    minimum: 0,
    maximum: 86_400,
    description: 'Seconds that the oldest message waits before there are more workers than one',
  })
  scale_up_age: number | null;
  @ApiProperty({
    required: false,
    nullable: true,
    type: 'integer',
    minimum: -1,
    maximum: 100_000,
    description: 'Workers that are added at a time; -1: all that are wanted',
  })
  scale_up_step: number | null;
  @ApiProperty({
    required: false,
    nullable: true,
    type: 'integer',
    minimum: 0,
    maximum: 86_400,
    description: 'Seconds between two additions',
  })
  scale_up_cooldown: number | null;
  @ApiProperty({
    required: false,
    nullable: true,
    type: 'integer',
    minimum: -1,
    maximum: 2_147_483_647,
    description: 'Seconds that an idle worker lives; -1: for ever',
  })
  worker_ttl: number | null;
}
