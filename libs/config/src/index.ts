export type { AbacoConfig } from './abaco-config.js';
