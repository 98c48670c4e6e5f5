import type { AbacoConfig, SectionName } from './abaco-config.js';
import type { Option, RawValue } from './option.js';
import { allOptions, findTenantOption } from './schema.js';

const MASK = '***';

/** `amqp://user:password@host` to `amqp://***@host`; secrets in the query (`?tlsCertificateKeyFilePassword=`) too. */
const withoutCredentials = (url: string): string =>
  url
    .replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/is, (_, scheme: string | undefined) => `${scheme ?? ''}${MASK}@`)
    .replace(/([?&][^=&]*(?:password|secret|token|properties)[^=&]*=)[^&]*/gi, `$1${MASK}`);

/** A value of an option in a form that may be printed. */
export function printable(option: Option<unknown>, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => printable(option, item));
  if (option.secret === undefined || typeof value !== 'string' || value === '') return value;
  return option.secret === 'whole' ? MASK : withoutCredentials(value);
}

/** A raw value in quotes, for error messages. */
export const quoted = (option: Option<unknown>, raw: RawValue): string => JSON.stringify(printable(option, raw));

/** A copy of the configuration that may be printed: passwords, and credentials in URLs, are masked. */
export function redactConfig(config: AbacoConfig): AbacoConfig {
  const copy: Record<string, Record<string, unknown>> = {};
  for (const { section, name, option } of allOptions) {
    const values = config[section as SectionName] as unknown as Record<string, unknown>;
    (copy[section] ??= {})[name] = printable(option, values[name]);
  }
  const tenants = Object.entries(config.tenants).map(([tenant, options]) => [
    tenant,
    Object.fromEntries(
      Object.entries(options).map(([name, value]) => {
        const known = findTenantOption('tenants', `${tenant}_${name}`);
        return [name, known ? printable(known.option, value) : MASK];
      }),
    ),
  ]);
  return { ...copy, tenants: Object.fromEntries(tenants) as unknown } as unknown as AbacoConfig;
}
