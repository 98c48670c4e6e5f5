import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** Absolute path of something in this checkout; without arguments its root. */
export const fromRoot = (...segments) => path.join(root, ...segments);
