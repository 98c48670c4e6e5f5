import type { Operators } from './frame.js';
export const typeOperators: Operators = {};
