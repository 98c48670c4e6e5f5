export { keepOutcomesApart } from './outcomes.js';
