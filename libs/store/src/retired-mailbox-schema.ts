import { Schema } from 'mongoose';
import type { RetiredMailboxRecord } from './retired-mailbox-record.js';
import { schemaOptions } from './schema-options.js';

export const retiredMailboxSchema = new Schema<RetiredMailboxRecord>(
  {
    _id: { type: String, required: true },
    quiet_at: { type: Date, required: true },
    next_try: { type: Date, required: true },
  },
  { ...schemaOptions, collection: 'retired_mailboxes' },
);
retiredMailboxSchema.index({ next_try: 1 });
