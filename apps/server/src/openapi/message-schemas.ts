import { ApiProperty } from '@nestjs/swagger';
import { anyJson, MailboxLinksSchema } from './schema-parts.js';

export class SentMessageLinksSchema {
  @ApiProperty() self: string;
  @ApiProperty() owner: string;
  @ApiProperty() messages: string;
}

export class SentMessageSchema {
  @ApiProperty({ example: 'JN0Boakk0VzKX' }) execution_id: string;
  @ApiProperty({ ...anyJson, nullable: true, description: 'The message as text or JSON; "binary - omitted" for bytes' })
  msg: unknown;
  @ApiProperty({ type: SentMessageLinksSchema }) _links: SentMessageLinksSchema;
}

export class MailboxSchema {
  @ApiProperty({ type: 'integer', description: 'Waiting messages, without the ones being executed' }) messages: number;
  @ApiProperty({ type: MailboxLinksSchema }) _links: MailboxLinksSchema;
}

export class PurgeSchema {
  @ApiProperty({ example: 'Actor mailbox purged.' }) msg: string;
  @ApiProperty({ type: MailboxLinksSchema }) _links: MailboxLinksSchema;
}
