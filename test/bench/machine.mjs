import { cpus } from 'node:os';

/** The machine in a few words: cores and Node. */
export const machine = () => `${cpus().length} × ${cpus()[0].model.trim()}, Node ${process.versions.node}`;
