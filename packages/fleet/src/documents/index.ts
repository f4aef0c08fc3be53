export { problemText } from './problem.ts';
