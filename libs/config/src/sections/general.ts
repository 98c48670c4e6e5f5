import type { AbacoConfig } from '../abaco-config.js';
import { type Options, text } from '../option.js';

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
};
