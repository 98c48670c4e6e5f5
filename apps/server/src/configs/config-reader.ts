import { type LetterCase, type LosslessJson, wireName } from '@abaco/contract';
import type { ConfigDescription } from '@abaco/runtime';
import { toBoolean, toText } from '../http/field-conversions.js';
import { RequestFields } from '../http/request-fields.js';
import type { Sent } from '../http/sent.js';
import { checkConfigName } from './config-name.js';
import { type ConfigField, InvalidConfig } from './errors.js';

/** Longest value, bytes of UTF-8: all values of an actor share one environment variable of 128 KiB. */
const MAX_VALUE_BYTES = 65_536;

export interface NamedConfig extends ConfigDescription {
  readonly name: string;
}

/**
 * Reads a new config: all fields are required (contract 2.10).
 * @throws InvalidConfig, NulCharacter
 */
export function readConfig(sent: Sent, letterCase: LetterCase): NamedConfig {
  const fields = RequestFields.read(sent, ({ message }) => InvalidConfig.because(`The body is no JSON. ${message}`));
  return describedBy(fields, letterCase, (field) => InvalidConfig.field(field, letterCase));
}

/**
 * Reads what a config is to be: all fields again, the name as it is (contract 2.10).
 * @throws InvalidConfig, NulCharacter
 */
export function readConfigUpdate(name: string, sent: Sent, letterCase: LetterCase): ConfigDescription {
  const fields = RequestFields.read(sent, ({ message }) => InvalidConfig.unreadableUpdate(message));
  const { name: given, ...description } = describedBy(fields, letterCase, (field) =>
    InvalidConfig.fieldOfUpdate(field, letterCase),
  );
  if (given !== name) throw InvalidConfig.because(`The name of a config cannot be changed: send name ${name}.`);
  return description;
}

function describedBy(
  fields: RequestFields,
  letterCase: LetterCase,
  refusal: (field: ConfigField) => InvalidConfig,
): NamedConfig {
  const required = <T>(field: ConfigField, convert: (value: LosslessJson) => T | undefined): T => {
    const value = fields.first(wireName(field, letterCase)) ?? null;
    const converted = value === null ? undefined : convert(value);
    if (converted === undefined) throw refusal(field);
    return converted;
  };
  const config = {
    name: required('name', (value) => toText(value) || undefined),
    value: required('value', toText),
    is_secret: required('is_secret', toBoolean),
    actors: required('actors', toText),
  };
  checkConfigName(config.name);
  if (Buffer.byteLength(config.value) > MAX_VALUE_BYTES) {
    throw InvalidConfig.because(`A value has at most ${MAX_VALUE_BYTES} bytes of UTF-8.`);
  }
  return config;
}
