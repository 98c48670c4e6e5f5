import { ApiProperty } from '@nestjs/swagger';
import { time, timeOrNone } from './schema-parts.js';

export class WorkerSchema {
  @ApiProperty({ example: 'vrbr8PeWLXYEQ' }) id: string;
  @ApiProperty() tenant: string;
  @ApiProperty({ example: 'READY', description: 'READY, BUSY, or a step of starting or stopping' }) status: string;
  @ApiProperty({ nullable: true, type: String }) image: string | null;
  @ApiProperty({ nullable: true, type: String }) ch_name: string | null;
  @ApiProperty({ nullable: true, type: String, description: 'The container engine' }) location: string | null;
  @ApiProperty({ nullable: true, type: String }) cid: string | null;
  @ApiProperty({ nullable: true, type: String }) host_id: string | null;
  @ApiProperty({ nullable: true, type: String }) host_ip: string | null;
  @ApiProperty(time) create_time: string;
  @ApiProperty(timeOrNone) last_execution_time: string;
  @ApiProperty(timeOrNone) last_health_check_time: string;
}

export class WorkersRequestSchema {
  @ApiProperty({
    required: false,
    type: 'integer',
    default: 1,
    minimum: 0,
    maximum: 1000,
    description: '0 counts as 1',
  })
  num: number;
}
