/** Stream type, three zero bytes, length as big-endian 32 bits (Docker Engine API, ContainerAttach). */
const HEADER_SIZE = 8;

/**
 * Takes Docker's multiplexed stream apart: stdout and stderr come out in the order of arrival. Payloads are handed on as they come,
 * not gathered into whole frames, so that memory does not depend on the sender.
 */
export class FrameDecoder {
  private readonly header = Buffer.alloc(HEADER_SIZE);
  private headerBytes = 0;
  private payloadLeft = 0;

  constructor(private readonly payload: (chunk: Buffer) => void) {}

  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.payloadLeft > 0) {
        const part = chunk.subarray(at, at + this.payloadLeft);
        this.payloadLeft -= part.length;
        at += part.length;
        this.payload(part);
        continue;
      }
      const copied = chunk.copy(this.header, this.headerBytes, at, at + HEADER_SIZE - this.headerBytes);
      at += copied;
      this.headerBytes += copied;
      if (this.headerBytes === HEADER_SIZE) {
        this.payloadLeft = this.header.readUInt32BE(4);
        this.headerBytes = 0;
      }
    }
  }
}
