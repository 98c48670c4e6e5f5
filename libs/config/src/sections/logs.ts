import { choice, type Option, type Options, text, words } from '../option.js';

const LEVELS = ['CRITICAL', 'ERROR', 'WARNING', 'INFO', 'DEBUG'] as const;

/** The parts of the service that can have a level of their own in its log; they are the field `module` of its lines. */
const LOG_MODULES = [
  'http',
  'workers',
  'host',
  'health',
  'events',
  'cron',
  'clients',
  'images',
  'engine',
  'broker',
  'store',
] as const;

export type LogLevel = (typeof LEVELS)[number];
export type LogModule = (typeof LOG_MODULES)[number];

/** The service's own log, and the audit log. */
export interface LogsConfig {
  /** CRITICAL, ERROR, WARNING, INFO or DEBUG. Default INFO. */
  readonly level: LogLevel;
  /** `module=LEVEL` of modules that have another one; {@link moduleLevels} reads it. Default none. */
  readonly levels: readonly string[];
  /** `json` (default) or `pretty`. */
  readonly format: 'json' | 'pretty';
  /** `off` (default), `log`, or the path of a file. */
  readonly audit: string;
}

/** The levels of `logs.levels`, by module. */
export const moduleLevels = ({ levels }: Pick<LogsConfig, 'levels'>): ReadonlyMap<LogModule, LogLevel> =>
  new Map(
    levels.map((item) => {
      const [module = '', level = ''] = item.split('=');
      return [module.toLowerCase() as LogModule, level.toUpperCase() as LogLevel] as const;
    }),
  );

/** Each module once. */
function levelsOfModules(option: Pick<Option<readonly string[]>, 'help' | 'default'>): Option<readonly string[]> {
  const list = words({
    ...option,
    pattern: new RegExp(`^(${LOG_MODULES.join('|')})=(${LEVELS.join('|')})$`, 'i'),
    allowed: `a list of module=LEVEL with each module once: the modules are ${LOG_MODULES.join(', ')}, the levels ${LEVELS.join(', ')}`,
  });
  return {
    ...list,
    convert: (raw) => {
      const levels = list.convert(raw);
      return levels && moduleLevels({ levels }).size === levels.length ? levels : undefined;
    },
  };
}

export const logs: Options<LogsConfig> = {
  level: choice({
    help: "The service's own log: CRITICAL, ERROR, WARNING, INFO or DEBUG.",
    default: 'INFO',
    values: LEVELS,
  }),
  levels: levelsOfModules({
    help: `Levels of single modules, \`module=LEVEL\`, instead of \`level\`: ${LOG_MODULES.join(', ')}. They are the field \`module\` in the lines of the log.`,
    default: [],
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
