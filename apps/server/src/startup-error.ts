import type { AbacoConfig } from '@abaco/config';
import { AbacoError } from '@abaco/contract';
import { DirectoryInUse, SocketUnusable } from '@abaco/embedded';

/** Why the server cannot start, in words for the operator: what is wrong and how to get on. */
export class StartupError extends AbacoError {
  readonly kind = 'unavailable';
}

/** What the operating system says, as the operator should hear it; other errors stay as they are. */
export function explainStartupError(error: unknown, { web, general }: AbacoConfig): unknown {
  if (!(error instanceof Error) || error instanceof AbacoError) return error;
  if (error instanceof DirectoryInUse || error instanceof SocketUnusable) {
    return new StartupError(`${error.message} The directory is part of general.data_dir.`, { cause: error });
  }
  switch ((error as NodeJS.ErrnoException).code) {
    case 'EADDRINUSE':
      return new StartupError(
        `Port ${web.port} of ${web.host} is in use by another program. ` +
          'Stop it, or set web.port to another port (for example ABACO__WEB__PORT=8001).',
        { cause: error },
      );
    case 'EACCES':
      if ((error as NodeJS.ErrnoException).syscall !== 'listen') return error;
      return new StartupError(
        `Port ${web.port} of ${web.host} needs more rights than this user has. Set web.port to 1024 or higher.`,
        { cause: error },
      );
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      if (!['listen', 'getaddrinfo'].includes((error as NodeJS.ErrnoException).syscall ?? '')) return error;
      return new StartupError(
        `web.host is ${web.host}, which is no address of this machine. Set it to 127.0.0.1 or 0.0.0.0.`,
        {
          cause: error,
        },
      );
    case 'ENOSPC':
      return new StartupError(
        `The disk of the data directory ${general.data_dir} is full. Free some space, or set general.data_dir to another disk.`,
        { cause: error },
      );
    default:
      return error;
  }
}
