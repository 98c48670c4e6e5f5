import type { Logger } from '@abaco/runtime';

/** Log lines as they are written. */
export class RecordedLog implements Logger {
  readonly lines: { level: string; fields: object; message: string }[] = [];
  debug = this.level('debug');
  info = this.level('info');
  warn = this.level('warn');
  error = this.level('error');
  private level(level: string): (fields: object, message: string) => void {
    return (fields, message) => void this.lines.push({ level, fields, message });
  }
}
