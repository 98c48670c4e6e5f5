import type { AbacoConfig } from '@abaco/config';
import { AbacoError } from '@abaco/contract';
import { DirectoryInUse, SocketUnusable } from '@abaco/embedded';
import { StartupError } from './startup-error.js';

/** What the operating system says, as the operator should hear it; other errors stay as they are. */
export function explainStartupError(error: unknown, config: AbacoConfig): unknown {
  if (error instanceof DirectoryInUse || error instanceof SocketUnusable) {
    return new StartupError(`${error.message} The path is below general.data_dir.`, { cause: error });
  }
  const explanation = error instanceof AbacoError ? undefined : explanationOf(error as NodeJS.ErrnoException, config);
  return explanation === undefined ? error : new StartupError(explanation, { cause: error });
}

function explanationOf(error: NodeJS.ErrnoException, { web, general }: AbacoConfig): string | undefined {
  const listening = error.syscall === 'listen' || error.syscall === 'getaddrinfo';
  if (error.code === 'EADDRINUSE' && listening) {
    return (
      `Port ${web.port} of ${web.host} is in use by another program. ` +
      'Stop it, or set web.port to another port (for example ABACO__WEB__PORT=8001).'
    );
  }
  if (error.code === 'EACCES' && listening) {
    return `Port ${web.port} of ${web.host} needs more rights than this user has. Set web.port to 1024 or higher.`;
  }
  if (['EADDRNOTAVAIL', 'ENOTFOUND', 'EAI_AGAIN'].includes(error.code ?? '') && listening) {
    return `web.host is ${web.host}, which is no address of this machine. Set it to 127.0.0.1 or 0.0.0.0.`;
  }
  // LMDB says it in words only.
  if (error.code === 'ENOSPC' || /no space left on device/i.test(error.message)) {
    return `The disk of the data directory ${general.data_dir} is full. Free some space, or set general.data_dir to another disk.`;
  }
  return undefined;
}
