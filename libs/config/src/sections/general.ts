import type { AbacoConfig } from '../abaco-config.js';
import { choices, type Options, text } from '../option.js';

export const general: Options<AbacoConfig['general']> = {
  TAG: text({
    help: '`version` in every response.',
    default: '1.0',
    env: 'service_TAG',
    pattern: /./,
    allowed: 'a text that is not empty',
  }),
  data_dir: text({
    help: 'Directory of everything that must survive a restart: embedded store, embedded broker, sockets, fifos.',
    default: '.abaco',
    pattern: /./,
    allowed: 'the path of a directory',
  }),
  roles: choices({
    help: 'What this process does: `api` answers requests, `compute` runs workers. With only one of them, give store.mongo_* and rabbit.uri.',
    default: ['api', 'compute'],
    values: ['api', 'compute'],
  }),
};
