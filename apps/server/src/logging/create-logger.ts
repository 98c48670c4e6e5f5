import { pino, type DestinationStream, type Logger, type LoggerOptions } from 'pino';
import type { AbacoConfig } from '@abaco/config';
import { PrettyLines } from './pretty-lines.js';

const levels = { CRITICAL: 'fatal', ERROR: 'error', WARNING: 'warn', INFO: 'info', DEBUG: 'debug' } as const;

/** The process's log on standard output: one JSON object a line, or lines for people (`logs.format`). */
export function createLogger(logs: AbacoConfig['logs'], output: DestinationStream = process.stdout): Logger {
  const options: LoggerOptions = {
    level: levels[logs.level],
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
  };
  return pino(options, logs.format === 'pretty' ? new PrettyLines(output) : output);
}
