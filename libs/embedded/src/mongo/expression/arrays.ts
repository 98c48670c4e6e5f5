import type { Operators } from './frame.js';
export const arrayOperators: Operators = {};
