import { createWriteStream } from 'node:fs';
import { chmod, mkdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ACTOR_STATE, BINARY_DATA } from '../container-paths.js';
import type { ContainerSpec } from '../execution-engine.js';
import { fileNameOf, publicIdOf } from '../docker/labels.js';
import type { DatagramPoller } from './datagram-poller.js';
import type { Libc } from './libc.js';
import { ResultsSocket } from './results-socket.js';

/** Where executions' files lie: `<directory>/<worker id>/<execution id>`, with `.sock` for sockets (contract 4.6, 4.7). */
export interface IpcDirectories {
  readonly socketDir: string;
  readonly fifoDir: string;
}

/** What results sockets need; absent where they cannot work. */
export interface ResultsPort {
  readonly libc: Libc;
  readonly poller: DatagramPoller;
}

/** A file that a container reads. */
export interface InputFile {
  readonly hostPath: string;
  readonly containerPath: string;
}

/** Results socket, binary message and state of one execution on this host. */
export class ExecutionFiles {
  private constructor(
    readonly results: ResultsSocket | undefined,
    readonly inputs: readonly InputFile[],
  ) {}

  /**
   * Makes the socket and writes the whole of each file: the actor reads until "would block", so all must be there first.
   * @throws Error from the file system; nothing is left behind
   */
  static async create(
    spec: ContainerSpec,
    directories: IpcDirectories,
    port: ResultsPort | undefined,
    receive: (datagram: Buffer) => void,
  ): Promise<ExecutionFiles> {
    const worker = fileNameOf(spec.labels.worker);
    const name = publicIdOf(spec.labels.execution);
    let results: ResultsSocket | undefined;
    if (port) {
      const directory = join(directories.socketDir, worker);
      await mkdir(directory, { recursive: true, mode: 0o700 });
      results = ResultsSocket.open(join(directory, `${name}.sock`), port.libc, port.poller, receive);
    }
    const directory = join(directories.fifoDir, worker);
    const contents = [
      { data: spec.binaryData, hostPath: join(directory, name), containerPath: BINARY_DATA },
      { data: spec.actorState, hostPath: join(directory, `${name}.state`), containerPath: ACTOR_STATE },
    ].filter((file): file is InputFile & { data: Readable | Buffer } => file.data !== undefined);
    const files = new ExecutionFiles(results, contents);
    try {
      if (contents.length > 0) await mkdir(directory, { recursive: true, mode: 0o700 });
      for (const { data, hostPath } of contents) {
        await pipeline(Readable.from(chunksOf(data)), createWriteStream(hostPath));
        await chmod(hostPath, 0o644); // whatever the umask: the actor may run as any user
      }
      return files;
    } catch (error) {
      await files.remove();
      throw error;
    }
  }

  /** Idempotent. @throws Error from the file system */
  async remove(): Promise<void> {
    this.results?.close();
    for (const { hostPath } of this.inputs) await rm(hostPath, { force: true });
  }
}

/** Removes what a worker leaves: its directories, unless executions still have files there. */
export async function removeWorkerDirectories(worker: string, { socketDir, fifoDir }: IpcDirectories): Promise<void> {
  for (const directory of [socketDir, fifoDir]) {
    await rmdir(join(directory, fileNameOf(worker))).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT' && error.code !== 'ENOTEMPTY') throw error;
    });
  }
}

function chunksOf(data: Readable | Buffer): Readable | Buffer[] {
  return Buffer.isBuffer(data) ? [data] : data;
}
