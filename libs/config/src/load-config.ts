import { hostname } from 'node:os';
import { resolve } from 'node:path';
import type { AbacoConfig, SectionName, TenantConfig } from './abaco-config.js';
import { ConfigError } from './config-error.js';
import { readEnvironment } from './environment-source.js';
import { isIniFile, readIniFile } from './ini-source.js';
import { nearest } from './nearest.js';
import type { RawValue } from './option.js';
import { quoted } from './redact.js';
import { allOptions, findOption, findTenantOption, tenantOptionNames } from './schema.js';
import type { Setting, SourceContent } from './setting.js';
import { clientConflicts } from './client-conflicts.js';
import { readYamlFile } from './yaml-source.js';

/** Some options of some sections. */
export type ConfigOverrides = { readonly [Section in SectionName]?: Partial<AbacoConfig[Section]> } & {
  readonly tenants?: AbacoConfig['tenants'];
};

export interface ConfigSources {
  /** Path of a YAML file, or of one in the original's form when its name ends in `.conf`; none: defaults and environment only. */
  readonly file?: string;
  /** Usually `process.env`. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Wins over everything: command line, embedding program, tests. */
  readonly overrides?: ConfigOverrides;
}

/** By section and option; `tenants` is no section, but by tenant and option. */
type Values = Record<string, Record<string, unknown>>;

/**
 * Reads the configuration: defaults, then the file, then the environment, then overrides; the later wins. The environment
 * overrides by `ABACO__SECTION__OPTION` (or `..__FILE`, the path of a file with the value), by the names of Abaco
 * (`<section>_<option>`, `service_TAG`, `mongo_password`, ...). Names of sections and options are case-insensitive.
 * @throws ConfigError with every unknown name and every value that is not allowed, and where it came from
 */
export function loadConfig({ file, env, overrides = {} }: ConfigSources): AbacoConfig {
  const sources = [
    file === undefined ? { settings: [], problems: [] } : (isIniFile(file) ? readIniFile : readYamlFile)(file),
    readEnvironment(env),
    readOverrides(overrides),
  ];
  const problems = sources.flatMap((source) => source.problems);
  const values: Values = { tenants: {} };
  for (const { section, name, option } of allOptions) (values[section] ??= {})[name] = option.default;
  for (const setting of sources.flatMap((source) => source.settings)) apply(setting, values, problems);
  const config = values as unknown as AbacoConfig;
  problems.push(...conflicts(config));
  if (problems.length > 0) throw new ConfigError(problems);
  return withDerivedValues(config);
}

function readOverrides(overrides: ConfigOverrides): SourceContent {
  const { tenants = {}, ...sections } = overrides;
  const ofTenants = Object.entries(tenants).map(
    ([tenant, options]) =>
      [
        'tenants',
        Object.fromEntries(Object.entries(options).map(([name, value]) => [`${tenant}_${name}`, value])),
      ] as const,
  );
  const settings = [...Object.entries(sections), ...ofTenants].flatMap(([section, options]) =>
    Object.entries(options as Record<string, unknown>)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]): Setting => {
        const raw: RawValue = Array.isArray(value) ? value.map(String) : String(value);
        return { section, name, value: raw, origin: 'override' };
      }),
  );
  return { settings, problems: [] };
}

function apply({ section, name, value, origin }: Setting, values: Values, problems: string[]): void {
  const known = findOption(section, name) ?? findTenantOption(section, name);
  if (known === undefined) {
    problems.push(`${origin}: ${unknownOption(section, name)}`);
    return;
  }
  const { option, key } = known;
  const converted = option.convert(value);
  if (converted === undefined && value === '') return; // `port:` with nothing behind it does not set the option
  if (converted === undefined) {
    problems.push(`${origin}: ${key} is ${quoted(option, value)}, allowed is ${option.allowed}.`);
    return;
  }
  if ('tenant' in known) setForTenant(values, known.tenant as string, known.name, converted);
  else (values[known.section] ??= {})[known.name] = converted;
}

function setForTenant(values: Values, tenant: string, name: string, value: unknown): void {
  const tenants = (values['tenants'] ??= {});
  const own = Object.hasOwn(tenants, tenant) ? (tenants[tenant] as Partial<TenantConfig>) : {};
  tenants[tenant] = { ...own, [name]: value };
}

function unknownOption(section: string, name: string): string {
  if (section.toLowerCase() === 'tenants') {
    const [, tenant = '', option = ''] = /^([^_]*)_?(.*)$/s.exec(name) ?? [];
    const meant = nearest(option, tenantOptionNames);
    const hint = meant === undefined ? `tenants can have ${tenantOptionNames.join(', ')}.` : `did you mean ${meant}?`;
    return `unknown option ${option} of tenant ${tenant}; ${hint}`;
  }
  const suggestion = nearest(
    `${section}.${name}`,
    allOptions.map(({ key }) => key),
  );
  return `unknown option ${section}.${name}${suggestion === undefined ? '.' : `; did you mean ${suggestion}?`}`;
}

/** What is wrong between options that are right by themselves. */
function conflicts(config: AbacoConfig): string[] {
  const { logs, store, rabbit, workers, tas, tokens, web, tenants } = config;
  const problems: string[] = clientConflicts(config);
  if (logs.audit === 'log' && !['INFO', 'DEBUG'].includes(logs.level)) {
    problems.push('logs.audit log needs logs.level INFO or DEBUG; or give the path of a file.');
  }
  if ((store.mongo_user === '') !== (store.mongo_password === '')) {
    problems.push('store.mongo_user and store.mongo_password: give both or none.');
  }
  if (rabbit.uri !== '' && rabbit.flavor === 'rabbitmq3' && rabbit.management_uri === '') {
    problems.push('rabbit.management_uri: rabbit.flavor rabbitmq3 needs it to count, purge and delete queues.');
  }
  const users = [
    ['workers', workers] as const,
    ...Object.entries(tenants).map(([name, of]) => [`tenants.${name}`, of] as const),
  ];
  for (const [section, { actor_uid = '', actor_gid = '' }] of users) {
    if ((actor_uid === '') !== (actor_gid === '')) {
      problems.push(`${section}.actor_uid and ${section}.actor_gid: give both or none.`);
    }
  }
  const asks = users.find(([, { use_tas_uid }]) => use_tas_uid);
  if (asks && tas.password === '') problems.push(`tas.password: ${asks[0]}.use_tas_uid needs it.`);
  if (web.access_control === 'jwt') problems.push(...missingForJwt(web));
  else if (tokens.issuer === 'builtin') {
    problems.push('tokens.issuer builtin needs web.access_control jwt: with none nobody looks at tokens.');
  }
  return problems;
}

function missingForJwt(web: AbacoConfig['web']): string[] {
  const problems: string[] = [];
  const keys = [web.apim_public_key, web.jwks_uri, ...web.tenant_public_keys, ...web.tenant_jwks_uris];
  if (keys.every((key) => key === '')) {
    problems.push(
      'web.access_control jwt needs keys to verify tokens: set web.apim_public_key, web.jwks_uri, web.tenant_public_keys or ' +
        'web.tenant_jwks_uris.',
    );
  }
  if (web.apim_public_key !== '' && web.jwks_uri !== '') {
    problems.push('web.apim_public_key and web.jwks_uri: give one of them.');
  }
  if (web.jwt_sources.length === 0) problems.push('web.jwt_sources: web.access_control jwt needs at least one.');
  return problems;
}

/** Fills in the options whose default depends on another one or on the machine. */
function withDerivedValues(config: AbacoConfig): AbacoConfig {
  const { general, spawner, workers, web } = config;
  const publicHost = ['0.0.0.0', '::'].includes(web.host) ? 'localhost' : web.host;
  return {
    ...config,
    spawner: { ...spawner, host_id: spawner.host_id || hostIdOf(hostname()) },
    workers: {
      ...workers,
      // Absolute: container engines take no other paths to mount.
      socket_host_path_dir: resolve(workers.socket_host_path_dir || `${general.data_dir}/sockets`),
      fifo_host_path_dir: resolve(workers.fifo_host_path_dir || `${general.data_dir}/fifos`),
    },
    web: { ...web, api_server: web.api_server.replace(/\/+$/, '') || `http://${bracketed(publicHost)}:${web.port}` },
  };
}

const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : host);

/** A host id from a host name: other characters than letters, digits and hyphens become hyphens. */
export const hostIdOf = (name: string): string =>
  name.replace(/[^A-Za-z0-9-]+/g, '-').replace(/^-+|-+$/g, '') || 'host';
