import { ApiProperty } from '@nestjs/swagger';

export const time = { type: String, format: 'date-time', example: '2020-05-01T14:45:41.591Z' } as const;
export const nullableTime = { ...time, nullable: true } as const;
export const timeOrNone = { type: String, example: 'None', description: 'A time, or the text None' } as const;

export class MailboxLinksSchema {
  @ApiProperty() self: string;
  @ApiProperty() owner: string;
}

export const anyJson = {
  description: 'Any JSON value',
  anyOf: [
    { type: 'object', additionalProperties: true },
    { type: 'array', items: {} },
    { type: 'string' },
    { type: 'number' },
    { type: 'boolean' },
  ],
} as unknown as { description: string; type: 'string' }; // the decorators know no anyOf without a type
