/**
 * What the kernel has counted for a sandbox since it began, as far as it can be read here. All members but the two of memory
 * only grow; an execution's share is the difference between two readings.
 */
export interface Counters {
  /** CPU time, nanoseconds. */
  readonly cpuNs?: number;
  /** Bytes received on the network, loopback left out. */
  readonly receivedBytes?: number;
  readonly sentBytes?: number;
  /** Bytes read from block devices; what the page cache holds already is not read. */
  readonly readBytes?: number;
  readonly writtenBytes?: number;
  /** Bytes in use now, page cache included. */
  readonly memoryBytes?: number;
  /** The most that was in use since the last reset. */
  readonly memoryPeakBytes?: number;
}

export type Counter = keyof Counters;

/** Undefined when either is unknown, or when the counter began anew in between. */
export function difference(after: number | undefined, before: number | undefined): number | undefined {
  return after === undefined || before === undefined || after < before ? undefined : after - before;
}

/**
 * The most memory that was in use between two readings, over what the first one found in use. Undefined when the peak is not
 * above that of the first reading: it is then of an earlier execution.
 */
export function memoryPeak(after: Counters, before: Counters): number | undefined {
  const { memoryPeakBytes: peak } = after;
  if (peak === undefined || peak <= (before.memoryPeakBytes ?? 0)) return undefined;
  return difference(peak, before.memoryBytes ?? 0);
}

/** A copy without the members that are undefined. */
export function known(counters: { readonly [C in Counter]?: number | undefined }): Counters {
  return Object.fromEntries(Object.entries(counters).filter(([, value]) => value !== undefined));
}
