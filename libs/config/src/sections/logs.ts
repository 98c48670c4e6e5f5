import type { AbacoConfig } from '../abaco-config.js';
import { choice, type Options } from '../option.js';

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
};
