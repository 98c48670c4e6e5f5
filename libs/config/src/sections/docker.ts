import type { AbacoConfig } from '../abaco-config.js';
import { choice, type Options, text } from '../option.js';

export const docker: Options<AbacoConfig['docker']> = {
  dd: text({
    help: 'Container engine URL. Empty: `DOCKER_HOST`, else the Docker socket, else a Podman socket.',
    default: '',
    pattern: /^$|^(unix|tcp|https?):\/\/./,
    allowed: 'a URL that begins with unix://, tcp://, http:// or https://',
  }),
  pull_policy: choice({
    help: 'When to pull an image: `always`, `if-not-present` or `never`.',
    default: 'if-not-present',
    values: ['always', 'if-not-present', 'never'],
  }),
};
