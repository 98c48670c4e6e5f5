import type { Operators } from './frame.js';
export const objectOperators: Operators = {};
