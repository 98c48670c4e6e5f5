import type { AbacoConfig } from '../abaco-config.js';
import { boolean, choice, integer, type Options, text } from '../option.js';

export const web: Options<AbacoConfig['web']> = {
  host: text({
    help: 'Address to listen on; 0.0.0.0 for all.',
    default: '127.0.0.1',
    pattern: /./,
    allowed: 'a host name or address',
  }),
  port: integer({ help: 'Port to listen on; 0: any free one.', default: 8000, min: 0, max: 65_535 }),
  access_control: choice({ help: 'Who may call: `none` lets everybody in.', default: 'none', values: ['none'] }),
  user_role: text({
    help: 'Role that makes a caller a user of Abaco (mode `jwt`).',
    default: 'Internal/abaco-user',
    pattern: /^[^,\s]+$/,
    allowed: 'a role without commas and spaces',
  }),
  tenant_name: text({
    help: 'Tenant of requests without a `tenant` header.',
    default: 'DEV',
    pattern: /^[A-Za-z0-9.-]+$/,
    allowed: 'letters, digits, dots and hyphens',
  }),
  case: choice({
    help: 'Field names in requests and responses: `snake` or `camel`.',
    default: 'snake',
    values: ['snake', 'camel'],
  }),
  api_server: text({
    help: 'Public base URL in `_links`. Empty: `http://<host>:<port>`.',
    default: '',
    pattern: /^$|^https?:\/\/./,
    allowed: 'a URL that begins with http:// or https://',
  }),
  default_token: boolean({ help: '`token` of actors that do not say.', default: false }),
  log_ex: integer({
    help: 'Seconds after which logs expire, unless the actor says `log_ex`; -1: never.',
    default: 43_200,
    min: 1,
    unlimited: true,
  }),
  log_ex_limit: integer({
    help: 'Seconds; the highest `log_ex` that an actor gets; -1: no limit.',
    default: 86_400,
    min: 1,
    unlimited: true,
  }),
  max_log_length: integer({ help: 'Characters of a log; the rest is cut off.', default: 1_000_000, min: 1 }),
  max_content_length: integer({ help: 'Bytes of a binary message.', default: 500_000_000, min: 1 }),
  show_traceback: boolean({ help: 'Show the stack of unexpected errors to the caller.', default: false }),
};
