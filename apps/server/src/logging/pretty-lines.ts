import type { DestinationStream } from 'pino';

/** Turns pino's JSON lines into `14:45:41.591 INFO  message key=value`, the stack of an error below. */
export class PrettyLines implements DestinationStream {
  constructor(private readonly output: DestinationStream) {}

  write(line: string): void {
    const { time, level, msg, err, ...fields } = JSON.parse(line) as Record<string, unknown>;
    const pairs = Object.entries(fields).map(([name, value]) => ` ${name}=${textOf(value)}`);
    const stack = isError(err) ? `\n${err.stack ?? err.message}` : '';
    const clock = String(time).slice(11, 23);
    this.output.write(`${clock} ${String(level).toUpperCase().padEnd(5)} ${String(msg)}${pairs.join('')}${stack}\n`);
  }
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

const isError = (value: unknown): value is { message: string; stack?: string } =>
  typeof value === 'object' && value !== null && 'message' in value;
