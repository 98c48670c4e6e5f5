import { readFileSync } from 'node:fs';
import { allOptions, findTenantOption } from './schema.js';
import type { Setting, SourceContent } from './setting.js';

const PREFIX = 'ABACO__';

type Environment = Readonly<Record<string, string | undefined>>;

/** Variables with the names that Abaco has: `<section>_<option>` exactly (contract 6.1), and a few of their own (6.3). */
function readNamesOfAbaco(env: Environment): Setting[] {
  return allOptions.flatMap(({ section, name, option }) =>
    [`${section}_${name}`, option.env].flatMap((variable) => {
      const value = variable === undefined ? undefined : env[variable];
      return value === undefined ? [] : [{ section, name, value, origin: `environment variable ${variable}` }];
    }),
  );
}

/** Options of single tenants as the original spells them: `web_DEV_log_ex` (contract 6.2). */
function readTenantNames(env: Environment): Setting[] {
  return Object.entries(env).flatMap(([variable, value]) => {
    const [, section = '', name = ''] = /^(web|docker|workers|oauth|quotas)_(.+)$/.exec(variable) ?? [];
    if (value === undefined || findTenantOption(section, name) === undefined) return [];
    return [{ section, name, value, origin: `environment variable ${variable}` }];
  });
}

/** The service accounts of tenants: `_abaco_DEV_STAGING_username` is that of DEV-STAGING (contract 3.8). */
function readServiceAccounts(env: Environment): Setting[] {
  return Object.entries(env).flatMap(([variable, value]) => {
    const [, tenant = '', what = ''] = /^_abaco_([A-Z0-9.-][A-Z0-9._-]*)_(username|password)$/.exec(variable) ?? [];
    if (value === undefined || tenant === '') return [];
    const name = `${tenant.replaceAll('_', '-')}_service_${what}`;
    return [{ section: 'tenants', name, value, origin: `environment variable ${variable}` }];
  });
}

/** `ABACO__SECTION__OPTION=value`, or `ABACO__SECTION__OPTION__FILE=path` of a file that holds the value. */
function readPrefixed(env: Environment): SourceContent {
  const settings: Setting[] = [];
  const problems: string[] = [];
  for (const [variable, value] of Object.entries(env)) {
    if (value === undefined || !variable.toUpperCase().startsWith(PREFIX)) continue;
    const [section = '', name = '', suffix, ...rest] = variable.slice(PREFIX.length).split('__');
    const isFile = suffix?.toUpperCase() === 'FILE';
    if (section === '' || name === '' || (suffix !== undefined && !isFile) || rest.length > 0) {
      problems.push(
        `environment variable ${variable}: the form is ${PREFIX}SECTION__OPTION or ${PREFIX}SECTION__OPTION__FILE.`,
      );
    } else if (!isFile) {
      settings.push({ section, name, value, origin: `environment variable ${variable}` });
    } else {
      try {
        const content = readFileSync(value, 'utf8').replace(/\r?\n$/, '');
        settings.push({ section, name, value: content, origin: `${value} (environment variable ${variable})` });
      } catch (error) {
        problems.push(`environment variable ${variable}: the file cannot be read (${(error as Error).message}).`);
      }
    }
  }
  return { settings, problems };
}

/** All settings that the environment gives, the stronger ones last. */
export function readEnvironment(env: Environment): SourceContent {
  const { settings, problems } = readPrefixed(env);
  return {
    settings: [...readNamesOfAbaco(env), ...readTenantNames(env), ...readServiceAccounts(env), ...settings],
    problems,
  };
}
