import { ApiServers } from '@abaco/access';
import { type AbacoConfig, tenantConfig } from '@abaco/config';
import type { TenantId } from '@abaco/contract';
import { AuthorizationServer, type AuthorizationServerOptions } from './authorization-server.js';
import { userstorePrefix } from './userstore-prefix.js';

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/** How the authorization server of a tenant is used; undefined when it has no service account, or passwords would go openly. */
export function serverOptions(config: AbacoConfig, tenant: TenantId): AuthorizationServerOptions | undefined {
  const own = tenantConfig(config, tenant);
  const { clients_path, token_path, scope, request_timeout } = config.oauth;
  const url = own.authorization_server || new ApiServers(config.web).of(tenant);
  if (own.service_username === '' || own.service_password === '' || !URL.canParse(url)) return undefined;
  const { protocol, hostname } = new URL(url);
  if (own.verify_tls && protocol !== 'https:' && !LOOPBACK.test(hostname)) return undefined;
  return {
    url,
    username: own.service_username,
    password: own.service_password,
    userstorePrefix: own.userstore_prefix || userstorePrefix(tenant),
    clientsPath: clients_path,
    tokenPath: token_path,
    scope,
    verifyTls: own.verify_tls,
    timeoutMs: request_timeout * 1000,
  };
}

/** The authorization server of a tenant, if it has one. */
export function serverOfTenant(config: AbacoConfig, tenant: TenantId): AuthorizationServer | undefined {
  const options = serverOptions(config, tenant);
  return options && new AuthorizationServer(options);
}
