import type { CgroupLayout } from '../accounting/cgroup-layout.js';
import type { OutputSink } from '../execution-engine.js';
import type { ExecutionFiles, IpcDirectories, ResultsPort } from '../ipc/execution-files.js';
import type { EngineLogger } from '../logger.js';
import type { ContainerDefaults } from './container-config.js';
import type { EngineClient } from './engine-client.js';

/** What the operations of one Docker engine share. */
export interface EngineContext {
  readonly client: EngineClient;
  /** The engine mounts files of this host: it listens on a Unix socket here. */
  readonly local: boolean;
  readonly layout: CgroupLayout;
  readonly logger: EngineLogger;
  readonly directories: IpcDirectories;
  /** Absent where Unix datagram sockets cannot reach the containers. */
  readonly results: ResultsPort | undefined;
  readonly defaults: ContainerDefaults;
  /** Files of the containers that this process has started and not yet removed, by container id. */
  readonly files: Map<string, ExecutionFiles>;
  /** Starts under way: public id of the execution to the name of the worker. */
  readonly starting: Map<string, string>;
}

/** A sink whose errors end here: thrown into the event loop they would end the process. */
export function guardedSink(sink: OutputSink, { logger }: EngineContext): OutputSink {
  const guard =
    (take: (data: Buffer) => void) =>
    (data: Buffer): void => {
      try {
        take(data);
      } catch (error) {
        logger.warn({ err: error }, 'output of a container was not taken');
      }
    };
  return { log: guard((chunk) => sink.log(chunk)), result: guard((datagram) => sink.result(datagram)) };
}
