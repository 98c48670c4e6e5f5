import { ApiProperty } from '@nestjs/swagger';

/** All of it is required, when a config is created and when it is replaced. */
export class ConfigDescriptionSchema {
  @ApiProperty({ example: 'db_pass', maxLength: 255, description: 'Unique in the tenant; cannot be changed' })
  name: string;
  @ApiProperty({ description: 'At most 65536 bytes; JSON values are passed on in their Python form' }) value: string;
  @ApiProperty({ description: 'Whether the value is encrypted, and never shown again' }) is_secret: boolean;
  @ApiProperty({ example: 'NolBaJ5y6714M,jane', description: 'Ids and aliases of actors, with commas between them' })
  actors: string;
}

export class ConfigSchema extends ConfigDescriptionSchema {
  @ApiProperty({ description: 'Of a secret, what it was encrypted to', example: 'v1:k1:3l2vU0yZ' })
  declare value: string;
}
