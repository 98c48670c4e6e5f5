export type { AbacoConfig, MessageFormat, NetworkMode, Role, TenantConfig } from './abaco-config.js';
export { ConfigError } from './config-error.js';
export { defaultYaml } from './default-yaml.js';
export { hostIdOf, loadConfig, type ConfigOverrides, type ConfigSources } from './load-config.js';
export { mongoUri } from './mongo-uri.js';
export { type MountTemplate, mountTokens, type MountToken, parseMount } from './mount-template.js';
export { redactConfig } from './redact.js';
export { ownTenantConfig, tenantConfig } from './tenant-config.js';
