import type { AbacoConfig } from './abaco-config.js';
import { mongoUri } from './mongo-uri.js';
import { tenantConfig } from './tenant-config.js';

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/** What is wrong between the options of `workers.generate_clients`. */
export function clientConflicts(config: AbacoConfig): string[] {
  const { oauth, store, web, workers, tenants } = config;
  const problems: string[] = [];
  if (!oauth.verify_tls) problems.push('oauth.verify_tls: false is for single tenants only, such as tenants.DEV.');
  const generating = Object.keys(tenants).filter((tenant) => tenantConfig(config, tenant).generate_clients);
  for (const tenant of generating) {
    const { service_username, service_password, authorization_server, verify_tls } = tenantConfig(config, tenant);
    if (service_username === '' || service_password === '') {
      problems.push(
        `tenants.${tenant}.service_username and tenants.${tenant}.service_password: generate_clients needs both.`,
      );
    }
    if (verify_tls && sendsOpenly(authorization_server)) problems.push(unencrypted(`tenants.${tenant}`));
  }
  if (workers.generate_clients && sendsOpenly(oauth.authorization_server)) problems.push(unencrypted('oauth'));
  if ((workers.generate_clients || generating.length > 0) && mongoUri(store) !== null) {
    if (web.encryption_keys.length === 0) {
      problems.push('web.encryption_keys: workers.generate_clients needs a key, the secrets of clients are encrypted.');
    }
  }
  return problems;
}

const unencrypted = (section: string): string =>
  `${section}.authorization_server: passwords go there, use https, or verify_tls false of a tenant.`;

const sendsOpenly = (url: string): boolean =>
  URL.canParse(url) && new URL(url).protocol === 'http:' && !LOOPBACK.test(new URL(url).hostname);
