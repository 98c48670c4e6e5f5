import type { Options } from '../option.js';
import { access, type AccessConfig } from './web/access.js';
import { endpoint, type EndpointConfig } from './web/endpoint.js';
import { executions, type ExecutionsConfig } from './web/executions.js';
import { secrets, type SecretsConfig } from './web/secrets.js';
import { webhooks, type WebhooksConfig } from './web/webhooks.js';

/** What the REST service does. */
export interface WebConfig extends EndpointConfig, AccessConfig, SecretsConfig, ExecutionsConfig, WebhooksConfig {}

export const web: Options<WebConfig> = { ...endpoint, ...access, ...secrets, ...executions, ...webhooks };
