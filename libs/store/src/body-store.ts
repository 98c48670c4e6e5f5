import type { Readable } from 'node:stream';
import type { ActorDbid, ExecutionDbid } from '@abaco/contract';

/** Large and binary message bodies (GridFS). */
export declare class BodyStore {
  /** Streams a body in. On any error nothing is left. @returns its length in bytes. */
  write(execution: ExecutionDbid, actor: ActorDbid, body: Readable | Buffer): Promise<number>;
  /** @throws BodyMissing */
  open(execution: ExecutionDbid): Promise<Readable>;
  /** @throws BodyMissing */
  read(execution: ExecutionDbid): Promise<Buffer>;
  delete(execution: ExecutionDbid): Promise<void>;
}
