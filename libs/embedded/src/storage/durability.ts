/**
 * What an acknowledgement promises. `disk`: the write is on the disk (fdatasync) and outlives a power failure. `process`: it
 * is with the operating system, outlives the death of this process (kill -9), and reaches the disk a little later.
 */
export type Durability = 'disk' | 'process';
