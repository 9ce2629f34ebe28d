import { conjugacy } from './conjugate/conjugate.js';
import { discrete } from './discrete/solve.js';
import { enumerate } from './enumerate/solver.js';
import { gaussian } from './gaussian/gaussian.js';
import { matrices } from './matrix/solver.js';
import type { Solver } from './solver.js';

/** All exact solvers, in the order in which they are tried. Adding one is a folder and a line here. */
export const solvers: readonly Solver[] = [discrete, enumerate, gaussian, conjugacy, matrices];
