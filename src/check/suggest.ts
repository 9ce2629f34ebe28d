export { didYouMean, nearest } from '../syntax/suggest.js';
