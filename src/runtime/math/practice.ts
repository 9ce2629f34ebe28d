import { exp } from './exp.js';
import { log } from './log.js';
import { cos, sin } from './sine.js';

/** Rounds until V8 keeps notes of what a function meets. */
const rounds = 24;

let done = false;

/**
 * Takes the rare paths of the functions, once in a process. V8 puts them into the loops that call them, and throws such a loop's code away where
 * it comes to a path that was never taken: one particle in ten thousand would have it compile everything again.
 */
export function practise(): void {
  if (done) return;
  done = true;
  for (let round = 0; round < rounds; round++) {
    for (const x of [0.25, 1, 2, 4, 5]) {
      sin(x);
      cos(x);
      exp(-x);
      log(x);
    }
    exp(round % 2 === 0 ? 709 : -750);
    log(round % 2 === 0 ? 1e-310 : 0);
  }
  for (const x of [6e5, -6e5, 1e-5, Math.PI]) {
    sin(x);
    cos(x);
  }
}
