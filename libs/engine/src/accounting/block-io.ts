/** Bytes that went to and came from block devices. */
export interface BlockIo {
  readonly readBytes: number;
  readonly writtenBytes: number;
}

/** `blkio.throttle.io_service_bytes_recursive` of cgroup v1: lines such as `8:0 Read 4096`, and totals. */
export function blockIoV1(text: string): BlockIo {
  return { readBytes: sum(text, /^\d+:\d+ Read (\d+)$/gm), writtenBytes: sum(text, /^\d+:\d+ Write (\d+)$/gm) };
}

/** `io.stat` of cgroup v2: lines such as `8:0 rbytes=4096 wbytes=0 rios=1 …`. */
export function blockIoV2(text: string): BlockIo {
  return { readBytes: sum(text, /\brbytes=(\d+)/g), writtenBytes: sum(text, /\bwbytes=(\d+)/g) };
}

function sum(text: string, pattern: RegExp): number {
  let total = 0;
  for (const [, bytes] of text.matchAll(pattern)) total += Number(bytes);
  return total;
}
