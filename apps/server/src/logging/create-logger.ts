import { pino, type DestinationStream, type Logger, type LoggerOptions } from 'pino';
import { type AbacoConfig, moduleLevels } from '@abaco/config';
import { PrettyLines } from './pretty-lines.js';

const levels = { CRITICAL: 'fatal', ERROR: 'error', WARNING: 'warn', INFO: 'info', DEBUG: 'debug' } as const;

/**
 * The process's log on standard output: one JSON object a line, or lines for people (`logs.format`). The logs of modules, which have
 * the field `module`, can have levels of their own (`logs.levels`).
 */
export function createLogger(logs: AbacoConfig['logs'], output: DestinationStream = process.stdout): Logger {
  const ofModules: ReadonlyMap<unknown, keyof typeof levels> = moduleLevels(logs);
  const options: LoggerOptions = {
    level: levels[logs.level],
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    onChild: (child) => {
      const own = ofModules.get(child.bindings()['module']);
      if (own) child.level = levels[own];
    },
  };
  return pino(options, logs.format === 'pretty' ? new PrettyLines(output) : output);
}
