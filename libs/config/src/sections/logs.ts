import type { AbacoConfig } from '../abaco-config.js';
import { choice, type Options, text } from '../option.js';

export const logs: Options<AbacoConfig['logs']> = {
  level: choice({
    help: "The service's own log: CRITICAL, ERROR, WARNING, INFO or DEBUG.",
    default: 'INFO',
    values: ['CRITICAL', 'ERROR', 'WARNING', 'INFO', 'DEBUG'],
  }),
  format: choice({
    help: '`json` (one object per line) or `pretty` (for people).',
    default: 'json',
    values: ['json', 'pretty'],
  }),
  audit: text({
    help: "Who changed what, and who was refused: one JSON object for each request. `off`; `log`: in the service's own log, which needs the level INFO for it; or the path of a file, beginning with / or a dot, that is appended to.",
    default: 'off',
    pattern: /^(off|log|[./].*)$/,
    allowed: 'off, log, or a path that begins with / or a dot',
  }),
};
