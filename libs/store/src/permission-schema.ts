import { type PermissionEntry, permissionLevels } from '@abaco/contract';
import { Schema } from 'mongoose';
import { schemaOptions } from './schema-options.js';

/** An entry of an object's `permissions`. A list, not a map: users' names may hold dots and `$`. */
export const permissionSchema = new Schema<PermissionEntry>(
  { user: { type: String, required: true }, level: { type: String, required: true, enum: permissionLevels } },
  { ...schemaOptions, _id: false },
);
