import { ApiProperty } from '@nestjs/swagger';

export class HealthSchema {
  @ApiProperty({ example: 'ok' }) status: string;
  @ApiProperty({ type: Object, description: 'The parts that are up' }) info: object;
  @ApiProperty({ type: Object, description: 'The parts that are down' }) error: object;
  @ApiProperty({ type: Object, description: 'One member for each part, with status "up" or "down"' }) details: object;
}
