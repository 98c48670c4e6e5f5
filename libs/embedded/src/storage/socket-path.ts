import { lstatSync, unlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { SocketUnusable } from './errors.js';

/** `sockaddr_un.sun_path` holds 108 bytes with the final zero; a longer path would be cut off silently. */
const MAX_PATH_BYTES = 107;

/**
 * Makes `socketPath` free to listen on: a socket left behind by a dead process is removed.
 * @throws SocketUnusable when the path is too long, is not a socket, or answers.
 */
export async function prepareSocketPath(socketPath: string): Promise<void> {
  const length = Buffer.byteLength(socketPath);
  if (length > MAX_PATH_BYTES) {
    throw new SocketUnusable(
      socketPath,
      `the path has ${length} bytes and the system allows ${MAX_PATH_BYTES}. Choose a shorter socket path.`,
    );
  }
  const found = lstatSync(socketPath, { throwIfNoEntry: false });
  if (!found) return;
  if (!found.isSocket()) throw new SocketUnusable(socketPath, 'a file that is not a socket is there.');
  if (await answers(socketPath)) throw new SocketUnusable(socketPath, 'another process listens there.');
  unlinkSync(socketPath);
}

function answers(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(socketPath);
    const settle = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => settle(true));
    // ECONNREFUSED: nobody listens any more. Any other error shows when listening, with its own message.
    socket.once('error', () => settle(false));
  });
}
