import type { Operators } from './frame.js';
export const stringOperators: Operators = {};
