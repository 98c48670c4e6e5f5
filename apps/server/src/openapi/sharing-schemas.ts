import { ApiProperty } from '@nestjs/swagger';
import { time, timeOrNone } from './schema-parts.js';
import { permissionLevels } from '@abaco/contract';

export class AliasLinksSchema {
  @ApiProperty({ example: 'https://api.example.org/actors/v2/aliases/jane' }) self: string;
  @ApiProperty({ example: 'https://api.example.org/profiles/v2/jdoe' }) owner: string;
  @ApiProperty({ example: 'https://api.example.org/actors/v2/NolBaJ5y6714M' }) actor: string;
}

export class AliasSchema {
  @ApiProperty({ example: 'jane' }) alias: string;
  @ApiProperty({ example: 'NolBaJ5y6714M' }) actor_id: string;
  @ApiProperty({ example: 'jdoe' }) owner: string;
  @ApiProperty() _links: AliasLinksSchema;
}

export class AliasDescriptionSchema {
  @ApiProperty({
    example: 'jane',
    maxLength: 255,
    description: 'Unique in the tenant; no id of an object, no reserved word, no characters with a meaning in URLs',
  })
  alias: string;
  @ApiProperty({ example: 'NolBaJ5y6714M', description: 'Id of the actor that the alias stands for' }) actor_id: string;
}

export class AliasUpdateSchema {
  @ApiProperty({ example: 'NolBaJ5y6714M', description: 'Id of the actor that the alias stands for' }) actor_id: string;
}

export class NonceDescriptionSchema {
  @ApiProperty({ required: false, enum: permissionLevels, default: 'EXECUTE', description: 'Aliases: at most EXECUTE' })
  level: string;
  @ApiProperty({ required: false, type: 'integer', default: -1, description: 'At least 1, or -1: unlimited' })
  max_uses: number;
  @ApiProperty({ required: false, default: '' }) description: string;
}

export class NonceSchema {
  @ApiProperty({ example: 'DEV-DEVELOP_QWe7r0ZLNkRxz', description: 'The secret: x-nonce in the query' }) id: string;
  @ApiProperty({ nullable: true, type: String, example: 'NolBaJ5y6714M' }) actor_id: string | null;
  @ApiProperty({ required: false, example: 'jane', description: 'Only of nonces of an alias' }) alias: string;
  @ApiProperty({ example: 'jdoe', description: 'As whom its holder acts' }) owner: string;
  @ApiProperty({ type: [String], example: ['Internal/everyone'], description: 'Roles of the owner when it was made' })
  roles: string[];
  @ApiProperty({ example: 'https://api.example.org' }) api_server: string;
  @ApiProperty({ enum: permissionLevels }) level: string;
  @ApiProperty({ type: 'integer', example: -1 }) max_uses: number;
  @ApiProperty({ type: 'integer' }) current_uses: number;
  @ApiProperty({ type: 'integer', example: -1 }) remaining_uses: number;
  @ApiProperty() description: string;
  @ApiProperty(time) create_time: string;
  @ApiProperty(timeOrNone) last_use_time: string;
  @ApiProperty() _links: AliasLinksSchema;
}

export class PermissionSchema {
  @ApiProperty({ example: 'jdoe', maxLength: 255, description: 'A user, or ABACO_WORLD: everybody of the tenant' })
  user: string;
  @ApiProperty({ enum: permissionLevels, description: 'A higher level includes the lower ones' }) level: string;
}
