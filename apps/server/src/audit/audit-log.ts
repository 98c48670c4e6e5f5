import { closeSync, openSync } from 'node:fs';
import { resolve } from 'node:path';
import { pino } from 'pino';
import type { AbacoConfig } from '@abaco/config';
import type { Logger } from '@abaco/runtime';
import { StartupError } from '../startup-error.js';
import type { AuditRecord } from './audit-record.js';

/** Where audit records go. */
export interface AuditLog {
  write(record: AuditRecord): void;
  close(): void;
}

/**
 * What `logs.audit` says; undefined when there is none. A file is only ever appended to, a line at a time and at once.
 * @throws StartupError when the file cannot be opened
 */
export function openAuditLog({ audit }: AbacoConfig['logs'], logger: Logger): AuditLog | undefined {
  if (audit === 'off') return undefined;
  if (audit === 'log') return { write: (record) => logger.info({ audit: record }, 'Audit'), close: () => undefined };
  const fd = openFile(resolve(audit));
  const file = pino.destination({ fd, sync: true });
  // without a listener a full disk would end the process
  file.on('error', (error: Error) => logger.error({ err: error }, 'The audit log could not be written'));
  return {
    write: (record) => void file.write(`${JSON.stringify(record)}\n`),
    close: () => {
      file.flushSync();
      closeSync(fd);
    },
  };
}

function openFile(path: string): number {
  try {
    return openSync(path, 'a', 0o600);
  } catch (error) {
    const reason = (error as Error).message;
    throw new StartupError(`The audit log cannot be opened: ${reason}. Set logs.audit to another path.`, {
      cause: error,
    });
  }
}
